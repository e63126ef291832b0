import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Answers that the simulator gives instead of what it was asked for; `none`: killed before it answered. */
const faults = new Set([
  ...['error-503', 'timeout-after-success', 'session-ended', 'deadlock', 'none', 'closed'],
  ...['cut-json', 'odd-json'],
]);

export type EntCalls = {
  readonly calls: number;
  readonly byRoute: Readonly<Record<string, number>>;
  /** Injected faults by what was answered; `closed`: the caller left before the answer. */
  readonly faults: Readonly<Record<string, number>>;
  /** Calls that repeat one to which a fault was the answer: at most one for each fault. */
  readonly repeats: number;
  readonly repeatsByRoute: Readonly<Record<string, number>>;
  readonly logins: number;
};

/** Counted in the access log of the simulator, which outlives its process. */
export function entCalls(folder: string): EntCalls {
  const lines = readFileSync(join(folder, 'access.ndjson'), 'utf8').split('\n').filter(Boolean);
  const entries = lines.map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
  const answers = new Map(
    entries.flatMap(({ call = '', answer }) => (answer === undefined ? [] : [[call, answer]])),
  );
  const byRoute: Record<string, number> = {};
  const repeatsByRoute: Record<string, number> = {};
  const faultsOf: Record<string, number> = {};
  /** Faults to which no repetition has come yet, by the digest of the request. */
  const open = new Map<string, number>();
  for (const { call = '', route, request = '' } of entries) {
    // People come in by themselves.
    if (route === undefined || route === 'activation') continue;
    byRoute[route] = (byRoute[route] ?? 0) + 1;
    const left = open.get(request) ?? 0;
    if (left > 0) {
      open.set(request, left - 1);
      repeatsByRoute[route] = (repeatsByRoute[route] ?? 0) + 1;
    }
    const answer = answers.get(call) ?? 'none';
    if (!faults.has(answer)) continue;
    faultsOf[answer] = (faultsOf[answer] ?? 0) + 1;
    // A login is repeated for any of a hundred calls.
    if (route !== loginRoute) open.set(request, (open.get(request) ?? 0) + 1);
  }
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  return {
    calls: sum(byRoute),
    ...{ byRoute, faults: faultsOf, repeats: sum(repeatsByRoute), repeatsByRoute },
    logins: byRoute[loginRoute] ?? 0,
  };
}

const loginRoute = 'login';

/**
 * Calls that the faults have cost beside their own retries, as a factor: calls less the repetitions of those that a fault
 * hit, less the logins for sessions that were ended, and less one creation for each of `lostOfFiles`, by the calls of the
 * same commands without faults. `lostOfFiles`: users whose file a fault took; no file is sent twice (PRV-4, row D).
 */
export const callsBeside = (calls: EntCalls, needed: EntCalls, lostOfFiles: number): number =>
  (calls.calls - calls.repeats - (calls.logins - needed.logins) - lostOfFiles) / needed.calls;

export function inWords({ calls, byRoute, faults: hits, repeats, logins }: EntCalls): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return `${calls} calls (${list(byRoute)}); faults: ${list(hits) || 'none'}; retries ${repeats}, logins ${logins}`;
}
