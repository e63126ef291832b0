import { localDate } from '#libs/time';
import { judgeOpening } from './ldap-access.js';

const active = { status: 'ACTIVE', endsOn: localDate('2026-07-19') };
const judged = (decidedOn: string, endsOn: string, membership: typeof active = active) => {
  const decision = { decidedOn: localDate(decidedOn), endsOn: localDate(endsOn) };
  try {
    return judgeOpening(membership, decision, localDate('2024-03-10'));
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each([
  ['until the day on which the membership ends', '2024-03-10', '2026-07-19', undefined],
  ['of a day that has not come', '2024-03-11', '2025-01-01', 'LDAP_DECISION_DATES_INVALID'],
  ['that ends today: no day is left', '2024-03-01', '2024-03-10', 'LDAP_DECISION_DATES_INVALID'],
  ['beyond the membership', '2024-03-01', '2026-07-20', 'LDAP_DECISION_DATES_INVALID'],
])('SUP-3: a decision %s', (_what, decidedOn, endsOn, refusal) => {
  expect(judged(decidedOn, endsOn)).toBe(refusal);
});

test('SUP-3: a membership that is not in force opens nothing', () => {
  expect(judged('2024-03-01', '2025-01-01', { ...active, status: 'ENDED' })).toBe(
    'MEMBERSHIP_NOT_ACTIVE',
  );
});
