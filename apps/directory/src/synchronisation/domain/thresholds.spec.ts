import {
  areTooManyDoubles,
  breachesOf,
  type Figures,
  limitsOn,
  type Thresholds,
} from './thresholds.js';

const thresholds: Thresholds = {
  percent: 10,
  least: 10,
  seasons: [
    { name: 'RENTREE', from: '08-20', to: '10-01', percent: 60 },
    { name: 'FREEZE', from: '07-05', to: '08-19', percent: 2 },
  ],
};
const figures = (some: Partial<Figures>): Figures => ({
  ...{ present: 100, added: 0, changed: 0, identities: 0, ended: 0, returned: 0 },
  ...some,
});

test.each<[string, string, Partial<Figures>, string[]]>([
  ['exactly 10 % passes', '2022-11-03', { ended: 10 }, []],
  ['one more does not', '2022-11-03', { ended: 11 }, ['ended']],
  ['a family of a school of nine', '2022-11-03', { present: 9, ended: 3 }, []],
  ['nine of nine, below the least', '2022-11-03', { present: 9, ended: 9 }, []],
  ['ten of ten', '2022-11-03', { present: 10, ended: 10 }, ['ended']],
  ['all names another', '2022-11-03', { identities: 90 }, ['identities']],
  ['many new ones', '2022-11-03', { added: 30 }, ['added']],
  ['a school that begins', '2022-11-03', { present: 0, added: 300 }, []],
  ['every CM2 leaves at the rentrée', '2022-09-05', { ended: 40 }, []],
  ['nobody is left at the rentrée', '2022-09-05', { ended: 100 }, ['ended']],
  ['a slipped file at the rentrée', '2022-09-05', { identities: 90, added: 5 }, ['identities']],
  ['ten people in July', '2022-07-10', { present: 300, ended: 10 }, ['ended']],
  ['changes of class', '2022-07-10', { changed: 100 }, []],
])('DIR-3: %s', (_what, day, some, breaches) => {
  expect(breachesOf(figures(some), limitsOn(day, thresholds))).toEqual(breaches);
});

test.each<[string, number, Partial<Figures>, boolean]>([
  ['a list of whom another source knows', 32, { present: 0, added: 90 }, true],
  ['ten of a hundred', 10, { present: 90, added: 10 }, false],
  ['eleven of a hundred, also at the rentrée', 11, { present: 90, added: 10 }, true],
  ['nine of nine, below the least', 9, { present: 0, added: 9 }, false],
])('DIR-2, DIR-3: pupils who may be known: %s', (_what, count, some, isOver) => {
  expect(areTooManyDoubles(count, figures(some), limitsOn('2022-09-05', thresholds))).toBe(isOver);
});

test('DIR-3: a season counts from its first day to its last', () => {
  const season = (day: string) => limitsOn(day, thresholds).season;
  expect(
    ['2022-07-04', '2022-07-05', '2022-08-19', '2022-08-20', '2022-10-01'].map(season),
  ).toEqual(['NORMAL', 'FREEZE', 'FREEZE', 'RENTREE', 'RENTREE']);
  expect(season('2023-10-02')).toBe('NORMAL');
});
