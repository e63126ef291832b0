import { setTimeout as sleep } from 'node:timers/promises';
import { BusinessDayNotBegun } from '#libs/messaging';
import type { Logger } from '#libs/observability';
import { restMs, Rounds } from './rounds.js';

/** Longer than any test: a round that follows was not waited for. */
const farMs = 600_000;

/** Rounds and what they do: `round` is told which one it is, from 1 on. */
function bed(
  rest: { everyMs: number; calmMs?: number; afterFaultMs?: number },
  round: (n: number, rounds: Rounds) => Promise<boolean>,
) {
  const logged: unknown[][] = [];
  const rounds = new Rounds({
    logger: { error: (...line: unknown[]) => logged.push(line) } as unknown as Logger,
    onFault: 'work failed, it begins again',
    ...rest,
  });
  let begun = 0;
  return {
    rounds,
    logged,
    begun: () => begun,
    begin: () => rounds.begin(() => round((begun += 1), rounds)),
    /** Waits for the round of this number; the limit of the test ends a wait that is in vain. */
    async reached(n: number): Promise<void> {
      while (begun < n) await sleep(1);
    },
  };
}

describe('rounds', () => {
  test('follow each other while there is more, and rest once there is not', async () => {
    const { rounds, begin, begun, reached } = bed({ everyMs: farMs }, async (n) => n < 3);
    begin();
    await reached(3);
    await sleep(20);
    expect(begun()).toBe(3);
    await rounds.end();
  });

  test('begin again by themselves after a rest', async () => {
    const { rounds, begin, reached } = bed({ everyMs: 1 }, async () => false);
    begin();
    await reached(3);
    await rounds.end();
  });

  test('rest the longer, the longer there has been nothing, and as before once there was something', async () => {
    const rest = { everyMs: 150, calmMs: 600 };
    expect([0, 3_000, 8_000, 12_000, 3_600_000].map((ms) => restMs(ms, rest))).toEqual([
      ...[150, 150, 400, 600, 600],
    ]);
    expect(restMs(3_600_000, { everyMs: 150, calmMs: 150 })).toBe(150);
    // Sixty times a second for ever, or ever more rarely: after half a second of nothing a rest is 25 ms.
    const { rounds, begin, begun } = bed({ everyMs: 1, calmMs: farMs }, async () => false);
    begin();
    await sleep(500);
    const before = begun();
    await sleep(500);
    expect(begun() - before).toBeLessThanOrEqual(500 / 25);
    await rounds.end();
  });

  test('log a fault and go on after a rest of its own', async () => {
    const fault = new Error('connection lost');
    const round = (n: number) => (n === 1 ? Promise.reject(fault) : Promise.resolve(false));
    const { rounds, begin, reached, logged } = bed({ everyMs: farMs, afterFaultMs: 1 }, round);
    begin();
    await reached(2);
    expect(logged).toEqual([[{ err: fault }, 'work failed, it begins again']]);
    await rounds.end();
  });

  test('take it for no fault that no business day has begun', async () => {
    const round = () => Promise.reject(new BusinessDayNotBegun('no day'));
    const { rounds, begin, reached, logged } = bed({ everyMs: 1 }, round);
    begin();
    await reached(3);
    expect(logged).toEqual([]);
    await rounds.end();
  });

  test('are woken from a rest', async () => {
    const { rounds, begin, reached } = bed({ everyMs: farMs }, async () => false);
    begin();
    await reached(1);
    await sleep(5);
    rounds.wake();
    await reached(2);
    await rounds.end();
  });

  test('do not rest where somebody woke them during a round', async () => {
    const { rounds, begin, reached } = bed({ everyMs: farMs }, async (n, own) => {
      if (n === 1) own.wake();
      return false;
    });
    begin();
    await reached(2);
    await rounds.end();
  });

  test('end once the round in hand is finished, and tell it that they are to end', async () => {
    let isFinished = false;
    const { rounds, begin, begun, reached } = bed({ everyMs: farMs }, async (_n, own) => {
      while (!own.signal.aborted) await sleep(1);
      isFinished = true;
      return true;
    });
    begin();
    await reached(1);
    await rounds.end();
    expect(isFinished).toBe(true);
    expect(begun()).toBe(1);
  });

  test('end out of a rest, and where they never began', async () => {
    const { rounds, begin, reached } = bed({ everyMs: farMs }, async () => false);
    begin();
    await reached(1);
    await rounds.end();
    await bed({ everyMs: farMs }, async () => false).rounds.end();
  });
});
