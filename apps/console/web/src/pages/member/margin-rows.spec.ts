import { expect, test } from '@jest/globals';
import { marginRows } from './margin-rows.js';

const step = (from: string, quantity: number) => ({ from, quantity });
const span = { startsOn: '2022-07-19', endsOn: '2026-07-19' };

test('ORD-2: one row for each stretch of days, the last one to the last day in force', () => {
  const ordered = [step('2022-07-19', 412), step('2022-11-03', 450), step('2023-09-01', 420)];
  expect(marginRows({ ordered, committed: [step('2022-07-19', 412)] }, span)).toEqual([
    { period: 'du 19 juillet 2022 au 2 novembre 2022', ordered: 412, committed: 412, margin: 0 },
    { period: 'du 3 novembre 2022 au 31 août 2023', ordered: 450, committed: 412, margin: 38 },
    { period: 'du 1er septembre 2023 au 18 juillet 2026', ordered: 420, committed: 412, margin: 8 },
  ]);
});

test('ADH-5: where C moves the row is cut, and the view from today on begins with what is in force', () => {
  const timeline = {
    ordered: [step('2022-07-19', 450), step('2023-01-01', 550)],
    committed: [step('2022-07-19', 412), step('2023-01-01', 512)],
  };
  expect(marginRows(timeline, { ...span, startsOn: '2022-12-01' })).toEqual([
    {
      period: 'du 1er décembre 2022 au 31 décembre 2022',
      ordered: 450,
      committed: 412,
      margin: 38,
    },
    { period: 'du 1er janvier 2023 au 18 juillet 2026', ordered: 550, committed: 512, margin: 38 },
  ]);
});
