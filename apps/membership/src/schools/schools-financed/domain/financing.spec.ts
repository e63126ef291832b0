import { parseInseeCode, parseUai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import { finance, type Financer } from './financing.js';

const member: Financer = {
  membershipId: 'm',
  status: 'ACTIVE',
  startsOn: localDate('2022-07-19'),
  endsOn: localDate('2026-07-19'),
  organisationKind: 'COMMUNE',
  territory: [parseInseeCode('44003')],
};
const school = { uai: parseUai('0440437L'), insee: parseInseeCode('44003'), isPublic: true };
const options = { today: localDate('2022-09-01'), byCoordinator: false, territoryException: '' };
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test('SCH-1: a link lasts as long as the membership', () => {
  expect(finance(member, school, localDate('2022-09-01'), options)).toMatchObject({
    startsOn: '2022-09-01',
    endsOn: '2026-07-19',
    territoryException: '',
  });
});

test('SCH-1: a school of another commune needs an exception', () => {
  const elsewhere = { ...school, insee: parseInseeCode('44109') };
  const from = localDate('2022-09-01');
  expect(codeOf(() => finance(member, elsewhere, from, options))).toBe('SCHOOL_OUTSIDE_TERRITORY');
  const territoryException = 'Regroupement pédagogique intercommunal';
  expect(finance(member, elsewhere, from, { ...options, territoryException })).toMatchObject({
    territoryException,
  });
});

test('SCH-1: a private school needs an exception, also on the territory', () => {
  const isPrivate = { ...school, isPublic: false };
  const from = localDate('2022-09-01');
  expect(codeOf(() => finance(member, isPrivate, from, options))).toBe('SCHOOL_NOT_PUBLIC');
  const territoryException = 'Décision du comité';
  expect(finance(member, isPrivate, from, { ...options, territoryException })).toMatchObject({
    territoryException,
  });
});

test.each([
  ['before the membership', '2022-07-18', true, {}, 'OUTSIDE_MEMBERSHIP'],
  ['on its first day, by the coordinator', '2022-07-19', true, {}, undefined],
  ['on a past day, by the member', '2022-08-31', false, {}, 'LINK_IN_THE_PAST'],
  ['on its end', '2026-07-19', true, {}, 'OUTSIDE_MEMBERSHIP'],
  [
    'for a membership not in force',
    '2022-09-01',
    true,
    { status: 'ACCEPTED' },
    'MEMBERSHIP_NOT_ACTIVE',
  ],
])('SCH-1: a link %s is judged', (_name, from, byCoordinator, over, code) => {
  expect(
    codeOf(() =>
      finance({ ...member, ...over }, school, localDate(from), { ...options, byCoordinator }),
    ),
  ).toBe(code);
});
