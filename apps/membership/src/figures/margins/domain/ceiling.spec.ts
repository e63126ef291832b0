import { localDate } from '#libs/time';
import { ceilingOf } from './ceiling.js';

const today = localDate('2023-01-01');
const of = (groupMaximum: number, ...steps: [string, number][]) =>
  ceilingOf(
    {
      label: 'Compte élève',
      groupMaximum,
      steps: steps.map(([from, quantity]) => ({ from: localDate(from), quantity })),
    },
    today,
    [90, 80],
  );

test.each([
  [799, 0],
  [800, 80],
  [899, 80],
  [900, 90],
  [1000, 90],
])('ORD-6: %i of 1000 ordered warns of %i %', (ordered, warningPercent) => {
  const ceiling = of(1000, ['2022-07-19', ordered]);
  expect(ceiling).toMatchObject({ warningPercent, usedPerMille: ordered });
  expect(ceiling.warning !== '').toBe(warningPercent > 0);
});

test('ORD-6: a change that is planned counts for the peak, one that has passed does not', () => {
  const ceiling = of(
    1000,
    ['2022-07-19', 950],
    ['2022-12-31', 500],
    ['2023-09-01', 850],
    ['2024-09-01', 850],
  );
  expect(ceiling).toMatchObject({
    orderedToday: 500,
    peak: 850,
    peakOn: '2023-09-01',
    warningPercent: 80,
    steps: [
      { from: '2023-01-01', quantity: 500 },
      { from: '2023-09-01', quantity: 850 },
      { from: '2024-09-01', quantity: 850 },
    ],
  });
  expect(ceiling.warning).toContain('1er septembre 2023');
  expect(ceiling.warning).toContain('il en reste 150');
});

test('a step of today counts for today, and once', () => {
  expect(of(0, ['2023-01-01', 12]).steps).toEqual([{ from: today, quantity: 12 }]);
});

test('without a maximum nothing is warned of, without an order nothing is counted', () => {
  expect(of(0, ['2022-07-19', 1_000_000])).toMatchObject({ usedPerMille: 0, warningPercent: 0 });
  expect(of(10)).toMatchObject({ orderedToday: 0, peak: 0, peakOn: today, warning: '' });
});
