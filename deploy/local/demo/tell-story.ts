import { loadConfig } from '#libs/config';
import { WaitedTooLong } from './patience.js';
import { Services } from './services.js';
import { type DemoSettings, demoSettings } from './settings.js';
import { StoryBroken } from './stage.js';
import type { Teller } from './teller.js';

/** Runs a story on the stack that the environment tells of; the status of the process is its verdict. */
export async function tellStory(
  teller: Teller,
  tell: (services: Services, settings: DemoSettings) => Promise<boolean>,
): Promise<void> {
  // The exports that it writes are of people.
  process.umask(0o077);
  const settings = loadConfig(demoSettings, process.env);
  const services = new Services(settings, teller);
  try {
    process.exitCode = (await tell(services, settings)) ? 0 : 1;
  } catch (error) {
    teller.done();
    const isTold = error instanceof StoryBroken || error instanceof WaitedTooLong;
    const text = isTold ? error.message : String((error as Error).stack ?? error);
    process.stderr.write(`\n${text}\n`);
    process.exitCode = 1;
  } finally {
    services.close();
  }
}

/** « 38 journées jouées en 52 s », if any was. */
export function sayDays(teller: Teller, days: number, begunMs: number): void {
  if (days === 0) return;
  teller.say(`${days} journées jouées en ${Math.round((Date.now() - begunMs) / 1_000)} s`);
}
