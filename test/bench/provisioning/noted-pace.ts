import { EntPace } from '../../../apps/provisioning/src/ent/ent.module.js';

export const rounded = (figure: number): number => Math.round(figure * 1_000) / 1_000;

/** What a run's time consists of beside its calls. */
export type Course = {
  /** After all but one in a hundred of the calls: second tries, each of which waits for what it tries again. */
  readonly lastPercentSeconds: number;
  /** The longest time in which no call was made, before that. */
  readonly standstillSeconds: number;
  /** Times that the pace was lowered. */
  readonly slowings: number;
};

/** The pace of the service, which notes when each call had its turn. */
export class NotedPace extends EntPace {
  private readonly turnsAtMs: number[] = [];

  override async turn(): Promise<void> {
    await super.turn();
    this.turnsAtMs.push(performance.now());
  }

  /** Until now. */
  get course(): Course {
    const most = this.turnsAtMs.slice(0, Math.floor(this.turnsAtMs.length * 0.99));
    const pausesMs = most.map((atMs, at) => atMs - (most[at - 1] ?? atMs));
    return {
      lastPercentSeconds: rounded((performance.now() - (most.at(-1) ?? 0)) / 1_000),
      standstillSeconds: rounded(pausesMs.reduce((a, b) => Math.max(a, b), 0) / 1_000),
      slowings: this.learnt.lowerings,
    };
  }
}

export function courseInWords({ lastPercentSeconds, standstillSeconds, slowings }: Course): string {
  return `the last hundredth of the calls took ${lastPercentSeconds} s; before it no call for ${standstillSeconds} s at most; slowed ${slowings} times`;
}
