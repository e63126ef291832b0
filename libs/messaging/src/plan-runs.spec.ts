import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planRuns } from './plan-runs.js';

const e = (type: string, key: string) => ({ type, key });
const shape = (events: { type: string; key: string }[]) =>
  planRuns(events).map((run) => `${run.type}:${run.events.map((event) => event.key).join('')}`);

describe('runs of a batch', () => {
  test('events of one type join across other types, as long as no event of their key is overtaken', () => {
    expect(shape([e('A', '1'), e('B', '2'), e('A', '3'), e('B', '1'), e('A', '1')])).toEqual([
      'A:13',
      'B:21',
      'A:1',
    ]);
  });

  test('nothing gives no run', () => {
    expect(planRuns([])).toEqual([]);
  });

  test('every event appears once, in the order of its key, in runs of one type', () => {
    const event = fc.record({
      type: fc.constantFrom('A', 'B', 'C'),
      key: fc.constantFrom('1', '2', '3', '4', '5'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (drawn) => {
        const events = drawn.map((drawnEvent, n) => ({ ...drawnEvent, n }));
        const runs = planRuns(events);
        const flat = runs.flatMap((run) => run.events);
        expect(flat.map(({ n }) => n).sort((a, b) => a - b)).toEqual(events.map(({ n }) => n));
        for (const key of new Set(events.map((each) => each.key))) {
          const ofKey = (list: readonly (typeof events)[number][]) =>
            list.filter((each) => each.key === key).map(({ n }) => n);
          expect(ofKey(flat)).toEqual(ofKey(events));
        }
        expect(runs.every((run) => run.events.every(({ type }) => type === run.type))).toBe(true);
      }),
    );
  });

  test('two types over many keys need few runs', () => {
    const events = Array.from({ length: 1_000 }, (_, n) =>
      e(n % 3 === 0 ? 'A' : 'B', String(n % 200)),
    );
    expect(planRuns(events).length).toBeLessThan(20);
  });
});
