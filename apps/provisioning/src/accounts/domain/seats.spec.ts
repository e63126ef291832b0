import * as fc from 'fast-check';
import { localDate } from '#libs/time';
import { assess } from './assessment.js';
import { compareRanks, grant, lose, refuse, seatsToMove } from './seats.js';
import { request, step, type Account, type Place, type Stepped } from './step.js';

const on = localDate('2022-09-05');
const reason = { on, cause: 'ORDER' as const };
const place: Place = {
  uai: '0440001A',
  membershipId: 'm1',
  itemCode: 'ELEVE',
  entryOn: localDate('2022-09-01'),
  sourceKey: '1',
  classLabel: 'CP',
  classLevel: '',
};
const next = { uai: '0440002B', membershipId: 'm2', itemCode: 'ELEVE' };
const identity = { accountId: 'a', personId: 'p', profile: 'STUDENT' as const };
const context = {
  newAccountId: 'a',
  personId: 'p',
  profile: 'STUDENT' as const,
  ...{ graceDays: 60, trashDays: 30 },
  ...reason,
};

const requested = request(identity, place, reason);
const provisioned = step(step(requested, 'PROVISIONING', reason), 'PROVISIONED', reason).account;
const told = ({ steps }: Stepped) =>
  steps.map(({ from, to, membershipId }) => `${from}>${to} ${membershipId}`);

test.each([
  ['a free seat and two who ask', { limit: 3, held: 2, asking: 2 }, { granted: 1, lost: 0 }],
  ['more seats than askers', { limit: 9, held: 2, asking: 2 }, { granted: 2, lost: 0 }],
  ['no free seat', { limit: 2, held: 2, asking: 2 }, { granted: 0, lost: 0 }],
  ['a decrease below what is held', { limit: 2, held: 5, asking: 2 }, { granted: 0, lost: 3 }],
])('PRV-2: with %s', (_title, pool, moved) => {
  expect(seatsToMove(pool)).toEqual(moved);
});

test('PRV-2: seats held never exceed O whatever the figures, and a waiting one never displaces a holder', () => {
  const count = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(count, count, count, (limit, held, asking) => {
      const { granted, lost } = seatsToMove({ limit, held, asking });
      expect(held + granted - lost <= (limit > held ? limit : held)).toBe(true);
      expect(held - lost <= limit).toBe(true);
      expect(granted === 0 || lost === 0).toBe(true);
    }),
  );
});

test('PRV-2: ranks by entry, then by the source’s identifier', () => {
  const ranks = [
    { entryOn: '2022-09-02', sourceKey: '1', accountId: 'c' },
    { entryOn: '2022-09-01', sourceKey: '2', accountId: 'a' },
    { entryOn: '2022-09-01', sourceKey: '1', accountId: 'b' },
  ];
  expect([...ranks].sort(compareRanks).map(({ accountId }) => accountId)).toEqual(['b', 'a', 'c']);
});

test('PRV-3: a seat brings back the open state it had', () => {
  const waiting = lose(provisioned, reason).account;
  expect([told(lose(provisioned, reason)), told(grant(waiting, reason))]).toEqual([
    ['PROVISIONED>WAITING_SEAT m1'],
    ['WAITING_SEAT>PROVISIONED m1'],
  ]);
});

test('PRV-7: a mover with a seat moves open; one without waits first and is never open where it goes', () => {
  const mover: Account = {
    ...provisioned,
    next: { ...next, classLabel: 'CM2 K', classLevel: 'CM2' },
  };
  expect([told(grant(mover, reason)), told(refuse(mover, reason))]).toEqual([
    ['PROVISIONED>PROVISIONED m2'],
    ['PROVISIONED>WAITING_SEAT m1', 'WAITING_SEAT>WAITING_SEAT m2'],
  ]);
  for (const decide of [grant, refuse])
    expect(decide(mover, reason).account.place.classLabel).toBe('CM2 K');
});

test('PRV-3: out of scope closes what was open, deletes what never was', () => {
  const outOf = (account: Account) => told(assess(account, undefined, context)!);
  expect([
    outOf(provisioned),
    outOf(requested.account),
    outOf(step(requested, 'WAITING_SEAT', reason).account),
    outOf(lose(provisioned, reason).account),
  ]).toEqual([
    ['PROVISIONED>CLOSING m1'],
    ['REQUESTED>DELETED m1'],
    ['WAITING_SEAT>DELETED m1'],
    ['WAITING_SEAT>CLOSING m1'],
  ]);
  expect(assess(provisioned, undefined, context)!.account.closingEndsOn).toBe('2022-11-04');
  // Ninety days are more than three months in spring.
  const late = { ...context, on: localDate('2023-01-31'), graceDays: 90 };
  expect(assess(provisioned, undefined, late)!.account.closingEndsOn).toBe('2023-04-30');
});

// By hand: three months from 2022-10-03 end on 2023-01-03, 92 days later.
test.each([
  ['never used: what the market grants', false, 60, 97, '2022-12-02'],
  ['used, and the ENT’s trash is short: what the market grants', true, 60, 30, '2022-12-02'],
  ['used: early enough for the ENT’s trash', true, 60, 40, '2022-11-24'],
  ['used, to the day', true, 92, 30, '2022-12-04'],
  ['used, and the trash alone takes three months: a week for mistakes', true, 60, 97, '2022-10-10'],
  ['used, and the market grants less than a week', true, 3, 97, '2022-10-06'],
])('SUP-4, PRV-3: deleted so that the ENT lets it go within three months: %s', (...row) => {
  const [, activated, graceDays, trashDays, endsOn] = row;
  const leaves = { ...context, on: localDate('2022-10-03'), graceDays, trashDays };
  const account = { ...provisioned, activated };
  expect(assess(account, undefined, leaves)!.account.closingEndsOn).toBe(endsOn);
});

test('PRV-3: back within the grace period without an answer of the ENT, it begins again through the waiting list', () => {
  const provisioning = step(requested, 'PROVISIONING', reason).account;
  const closing = assess(provisioning, undefined, context)!.account;
  const back = assess(closing, place, context)!;
  expect([told(back), told(grant(back.account, reason))]).toEqual([
    [],
    ['CLOSING>WAITING_SEAT m1', 'WAITING_SEAT>PROVISIONING m1'],
  ]);
});

test('PRV-1: a school of the same member is a move, a class alone is not told', () => {
  const moved = assess(provisioned, { ...place, uai: '0440003C' }, context)!;
  const renamed = assess(provisioned, { ...place, classLabel: 'CE1' }, context)!;
  expect([told(moved), told(renamed), renamed.account.place.classLabel]).toEqual([
    ['PROVISIONED>PROVISIONED m1'],
    [],
    'CE1',
  ]);
});

test('an account never goes back in time', () => {
  const late = { ...reason, on: localDate('2022-08-01') };
  expect(step({ account: provisioned, steps: [] }, 'ACTIVATED', late).steps[0]?.effectiveOn).toBe(
    on,
  );
});
