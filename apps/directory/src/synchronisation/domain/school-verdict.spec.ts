import { judge, type PlannedSchool } from './school-verdict.js';
import type { Figures, Limits } from './thresholds.js';

const limits: Limits = { season: 'NORMAL', percent: 10, identityPercent: 10, least: 10 };
const none: Figures = { present: 0, added: 0, changed: 0, identities: 0, ended: 0, returned: 0 };
const whole: Figures = { ...none, present: 10_000, ended: 40 };
const school = (
  uai: string,
  figures: Partial<Figures>,
  more: Partial<PlannedSchool> = {},
): PlannedSchool => ({
  ...{ uai, figures: { ...none, ...figures }, doublePupils: 0, hasChanges: true },
  ...{ isOlder: false, isApproved: false },
  ...more,
});
const statesOf = (...schools: PlannedSchool[]) =>
  Object.fromEntries(judge(schools, whole, limits).states);
const six = { present: 6, ended: 6 };

test('DIR-3: small schools that a delivery empties together wait, and the others go on', () => {
  const others = [school('c', { present: 6, ended: 3 }), school('d', { present: 40, ended: 2 })];
  expect(statesOf(school('a', six), school('b', six), ...others)).toEqual({
    ...{ a: 'HELD', b: 'HELD', c: 'RELEASED', d: 'RELEASED' },
  });
  const { breaches, over } = judge([school('a', six), school('b', six)], whole, limits);
  expect([[...breaches.keys()], breaches.get('a'), over.has('b')]).toEqual([
    ...[['a', 'b'], ['ended'], true],
  ]);
});

test.each<[string, PlannedSchool[]]>([
  ['one small school that has closed', [school('a', six)]],
  [
    'schools whose only teachers are others now',
    Array.from({ length: 20 }, (_, n) => school(`s${n}`, { present: 1, ended: 1, added: 1 })),
  ],
  [
    'schools where somebody is left',
    [school('a', { present: 6, ended: 5 }), school('b', { present: 7, ended: 5 })],
  ],
])('DIR-3: %s pass: fewer than ten people of a school are no accident', (_what, schools) => {
  expect(new Set(Object.values(statesOf(...schools)))).toEqual(new Set(['RELEASED']));
});

test('DIR-3: a school that was emptied and approved does not wait again, and one with younger data stays as it is', () => {
  expect(
    statesOf(
      school('a', six, { isApproved: true }),
      school('b', six),
      school('c', six, { isOlder: true }),
    ),
  ).toEqual({ a: 'APPROVED', b: 'HELD', c: 'OLDER' });
});

test.each([
  ['a hundred guardians of ten thousand people', { named: 100, orphaned: 0 }, false],
  ['one more', { named: 101, orphaned: 0 }, true],
  ['five hundred pupils', { named: 100, orphaned: 500 }, false],
  ['one more pupil', { named: 0, orphaned: 501 }, true],
])('DIR-3: absent though the export names them, %s', (_what, torn, isHeld) => {
  const some = [school('a', { present: 10_000, ended: 600 })];
  const { heldWhole, breaches } = judge(some, whole, limits, { torn });
  expect([heldWhole, breaches.get('') ?? []]).toEqual([isHeld, isHeld ? ['torn'] : []]);
});

test.each([
  ['a tenth of the staff', 87, []],
  ['all of the staff, who are two of a hundred people', 870, ['staff']],
])('DIR-3: %s leave', (_what, ended, breaches) => {
  const some = Array.from({ length: 100 }, (_, n) => school(`s${n}`, { present: 400, ended: 9 }));
  const kinds = [{ kind: 'staff', present: 870, ended }] as const;
  const verdict = judge(some, { ...none, present: 40_000, ended }, limits, { kinds });
  expect([verdict.heldWhole, verdict.breaches.get('') ?? []]).toEqual([
    ...[breaches.length > 0, breaches],
  ]);
});
