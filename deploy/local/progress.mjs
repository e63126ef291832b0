// Says what a long step waits for: one moving line on a terminal, plain lines elsewhere.

const tty = process.stdout.isTTY === true && !process.env.CI;
const quietMs = 10_000;
let current;

const seconds = (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

/** Prints a line without breaking the moving one. */
export function say(line) {
  if (tty && current) process.stdout.write('\r\x1b[2K');
  process.stdout.write(`${line}\n`);
  current?.draw();
}

/**
 * Runs one step and shows how long it takes.
 * @param {string} title what is awaited, e.g. "Waiting for the services"
 * @param {(report: (done: number, total: number, note?: string) => void) => Promise<T>} work
 * @template T
 */
export async function step(title, work) {
  const startedAt = Date.now();
  let detail = '';
  const outer = current;
  const text = () => `${title}${detail} … ${seconds(Date.now() - startedAt)}`;
  const mine = { draw: () => tty && process.stdout.write(`\r\x1b[2K${text()}`) };
  current = mine;
  const timer = setInterval(
    () => (tty ? current === mine && mine.draw() : process.stdout.write(`  ${text()}\n`)),
    tty ? 200 : quietMs,
  );
  if (!tty) process.stdout.write(`${title} …\n`);
  const report = (done, total, note = '') => {
    const width = 20;
    const filled = Math.round((done / Math.max(total, 1)) * width);
    const bar = tty ? ` [${'#'.repeat(filled)}${'.'.repeat(width - filled)}]` : '';
    detail = `${bar} ${done}/${total}${note ? ` ${note}` : ''}`;
    mine.draw();
  };
  const end = (mark) => {
    clearInterval(timer);
    current = outer;
    if (tty) process.stdout.write('\r\x1b[2K');
    process.stdout.write(`${mark} ${title} (${seconds(Date.now() - startedAt)})\n`);
  };
  try {
    const result = await work(report);
    end('✓');
    return result;
  } catch (error) {
    end('✗');
    throw error;
  }
}

/** An error whose message is for the person at the keyboard: printed without a stack. */
export class Refusal extends Error {}

/** Prints an error the way it deserves and returns the exit status. */
export function explain(error) {
  say(error instanceof Refusal ? `\n${error.message}` : `\n${error?.stack ?? error}`);
  return 1;
}
