import { localDate } from '#libs/time';
import { lineEffectsOf } from './line-effect.js';

const commitment = [{ from: localDate('2022-07-19'), quantity: 412 }];
const items = [{ itemCode: 'ELEVE', label: 'Compte élève', commitment }];
const line = (effectiveFrom: string, delta: number, before: number) => ({
  itemCode: 'ELEVE',
  effectiveFrom: localDate(effectiveFrom),
  delta,
  before,
});

test('ORD-1: a line shows O on its day without the order and with all of it', () => {
  const effects = lineEffectsOf([line('2022-11-03', 38, 412), line('2023-09-01', -30, 412)], items);
  expect(effects.map(({ before, after }) => [before, after])).toEqual([
    [412, 450],
    [412, 420],
  ]);
  expect(effects[0]).toMatchObject({ label: 'Compte élève', commitment: 412 });
});

test('ORD-2: the lines of one day count together', () => {
  const effects = lineEffectsOf([line('2022-11-03', -5, 420), line('2022-11-03', 8, 420)], items);
  expect(effects.map(({ after }) => after)).toEqual([423, 423]);
});

test('an item that left the market keeps its code', () => {
  expect(lineEffectsOf([line('2022-11-03', 1, 0)], [])[0]).toMatchObject({
    label: 'ELEVE',
    commitment: 0,
  });
});
