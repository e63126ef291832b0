import 'reflect-metadata';
import type { Books, Stage } from './story.js';
import { type Strike, Striker } from './strike.js';

const striker = Striker.install();
// After the driver's method was taken.
const { BillingStory } = await import('./story.js');

export type Asked = {
  readonly stages: readonly ('faults' | Stage)[];
  readonly books: Books;
  readonly worker: string;
  readonly strike?: Strike;
};
export type Told =
  | { readonly failed: string }
  | {
      readonly trace: readonly string[];
      readonly isStruck: boolean;
      readonly faults: readonly string[];
    };

async function play({ stages, books, worker, strike }: Asked): Promise<Told> {
  striker.begin(strike);
  const story = await BillingStory.open(books);
  let faults: readonly string[] = [];
  try {
    for (const stage of stages) {
      if (stage === 'faults') faults = await story.faults();
      else await story.play(stage, worker);
    }
    return { trace: striker.trace, isStruck: striker.isStruck, faults };
  } finally {
    await story.close();
  }
}

process.on('message', (asked: Asked) => {
  play(asked).then(
    (told) => process.send!(told),
    (error: unknown) =>
      process.send!({
        failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
process.send!('ready');
