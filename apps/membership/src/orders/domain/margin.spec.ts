import { marginSteps } from './order-ledger.js';

const step = (from: string, quantity: number) => ({ from, quantity });

test('ORD-2: the margin is what is ordered above the commitment, on each day that it changes', () => {
  const ordered = [step('2022-07-19', 412), step('2022-11-03', 450), step('2023-09-01', 420)];
  const committed = [step('2022-07-19', 412)];
  expect(marginSteps(ordered, committed)).toEqual([
    step('2022-07-19', 0),
    step('2022-11-03', 38),
    step('2023-09-01', 8),
  ]);
});

test('ADH-5: where commitment and order move together, the margin stays and has no step', () => {
  const ordered = [step('2022-07-19', 450), step('2024-01-01', 550)];
  const committed = [step('2022-07-19', 412), step('2024-01-01', 512)];
  expect(marginSteps(ordered, committed)).toEqual([step('2022-07-19', 38)]);
});

test('ORD-1: before the first order nothing is in force, and nothing at all has no step', () => {
  expect(marginSteps([step('2022-09-01', 10)], [step('2022-07-19', 0)])).toEqual([
    step('2022-07-19', 0),
    step('2022-09-01', 10),
  ]);
  expect(marginSteps([], [])).toEqual([]);
});
