import { StallWatch } from './stall-watch.js';

const minute = 60_000;
const at = 'provisioning.account.v1/3';
const look = (next: bigint, end: bigint) => ({ at, next, end });

test('a partition with something to read that stands still for five minutes is told once', () => {
  const watch = new StallWatch(5 * minute);
  expect(watch.look(look(10n, 12n), 0)).toBeUndefined();
  expect(watch.look(look(10n, 15n), 5 * minute - 1)).toBeUndefined();
  expect(watch.stalled()).toEqual([]);
  expect(watch.look(look(10n, 20n), 5 * minute)).toEqual({ ...look(10n, 20n), sinceMs: 0 });
  expect(watch.look(look(10n, 25n), 6 * minute)).toBeUndefined();
  expect(watch.stalled()).toEqual([{ ...look(10n, 25n), sinceMs: 0 }]);
});

test('slow is not stalled: a position that moves begins anew', () => {
  const watch = new StallWatch(5 * minute);
  for (let m = 0; m < 60; m += 1) {
    const next = BigInt(Math.floor(m / 4));
    expect(watch.look(look(next, 1_000n), m * minute)).toBeUndefined();
  }
  expect(watch.stalled()).toEqual([]);
});

test('nothing to read is not stalled, and what arrives then has its own five minutes', () => {
  const watch = new StallWatch(5 * minute);
  watch.look(look(10n, 10n), 0);
  expect(watch.look(look(10n, 11n), 60 * minute)).toBeUndefined();
  expect(watch.look(look(10n, 11n), 64 * minute)).toBeUndefined();
  expect(watch.look(look(10n, 11n), 65 * minute)).toBeDefined();
});

test('a stall ends when the position moves, the log is read to its end, or the assignment changes', () => {
  const stalled = () => {
    const watch = new StallWatch(minute);
    watch.look(look(1n, 5n), 0);
    watch.look(look(1n, 5n), minute);
    expect(watch.stalled()).toHaveLength(1);
    return watch;
  };
  const moved = stalled();
  moved.look(look(2n, 5n), minute + 1);
  const ended = stalled();
  ended.look(look(5n, 5n), minute + 1);
  const reassigned = stalled();
  reassigned.clear();
  expect([moved, ended, reassigned].map((watch) => watch.stalled())).toEqual([[], [], []]);
});
