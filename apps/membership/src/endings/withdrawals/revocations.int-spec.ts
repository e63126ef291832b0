import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { WithdrawalRevokedSchema } from '#libs/contracts';
import {
  ancenis,
  coordinator,
  marketCode,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import {
  at,
  finance,
  lastEvent,
  lastEvents,
  lettersForEachTest,
  links,
  membership,
  mine,
  revoke,
  withdraw,
  world,
} from '../../../../../test/support/builders/letters-of-each-test.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);
lettersForEachTest();

test('WDR-2, ORD-2: orders planned after the day are void and kept, and count again after a revocation', async () => {
  await at('2024-05-20');
  await world.order(mine, ancenis.siren, 40, '2024-06-01');
  await world.order(mine, ancenis.siren, -30, '2024-09-01');
  await withdraw('2024-05-20');
  const ordered = async (on: string) => {
    const { rows } = await world.database.query<{ ordered: { quantity: number }[] }>(
      `select coalesce((select d.ordered from ordered_day d join membership m on m.id = d.membership_id
          where m.id = $1 and d.effective_from <= $2 and $2::date < m.ends_on
          order by d.effective_from desc limit 1), 0) as ordered`,
      [mine, on],
    );
    return Number(rows[0]?.ordered);
  };
  expect([await ordered('2024-07-18'), await ordered('2024-09-01')]).toEqual([452, 0]);
  expect(await world.count('from order_line')).toBe(3);
  await revoke('2024-05-20');
  expect(await ordered('2024-09-01')).toBe(422);
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('WDR-1, ORD-2: a revocation that the planned orders no longer allow says what is missing', async () => {
  await at('2024-05-20');
  await world.order(mine, ancenis.siren, 40, '2024-06-01');
  await world.order(mine, ancenis.siren, -40, '2024-09-01');
  await withdraw('2024-05-20');
  // Judged up to the day only: from September on it would be 392.
  await world.order(mine, ancenis.siren, -20, '2024-07-01');
  const refused = revoke('2024-05-20');
  await expect(refused).rejects.toMatchObject({
    code: 'BELOW_COMMITMENT',
    details: { firstDay: '2024-09-01', wouldBe: 392, commitment: 412, shortfall: 20 },
  });
  expect(await membership()).toMatchObject({ ends_on: '2024-07-19' });
  await world.order(mine, ancenis.siren, 20, '2024-07-10');
  expect(await codeOf(revoke('2024-05-20', '2024-05-20', { number: '1A 045' }))).toBeUndefined();
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('WDR-1: a notice is taken back until the day before; the member may give another', async () => {
  await at('2024-07-18');
  await withdraw('2024-07-10', '2024-07-12');
  expect(await codeOf(revoke('2024-07-18', '2024-07-18', { key: 'k' }))).toBeUndefined();
  expect(await codeOf(revoke('2024-07-18', '2024-07-18', { key: 'k' }))).toBeUndefined();
  expect(fromBinary(WithdrawalRevokedSchema, (await lastEvent()).value)).toMatchObject({
    endsOn: '2026-07-19',
  });
  expect(await membership()).toEqual({ status: 'ACTIVE', ends_on: '2026-07-19', end_cause: null });
  expect(await codeOf(revoke('2024-07-18'))).toBe('WITHDRAWAL_NOT_GIVEN');
  expect(await codeOf(withdraw('2024-07-18', '2024-07-18', { number: '1A 046' }))).toBeUndefined();
  await world.day('2024-07-19');
  expect(await membership()).toMatchObject({ status: 'ENDED' });
  const { notices, state } = await world.viewWithdrawals.of({
    membershipId: mine,
    caller: coordinator,
  });
  expect({ state, statuses: notices.map(({ status }) => status).sort() }).toEqual({
    state: 'ENDED',
    statuses: ['IN_EFFECT', 'REVOKED'],
  });
});

test('WDR-1: a letter recorded once serves no second time, neither the notice nor its revocation', async () => {
  await at('2024-05-20');
  await withdraw('2024-05-20');
  expect(await codeOf(revoke('2024-05-20', '2024-05-20', { number: '1A 042' }))).toBe(
    'LETTER_ALREADY_RECORDED',
  );
  await revoke('2024-05-20');
  for (const number of ['1A 042', '1A 043']) {
    expect(await codeOf(withdraw('2024-05-20', '2024-05-20', { number }))).toBe(
      'LETTER_ALREADY_RECORDED',
    );
  }
  expect(await membership()).toEqual({ status: 'ACTIVE', ends_on: '2026-07-19', end_cause: null });
});

test('WDR-2, SCH-1: schools follow the end, and come back unless somebody else took them', async () => {
  const other = await world.activeMember(vertou, 1_000);
  await at('2024-05-20');
  await finance(mine, '2022-07-19');
  await withdraw('2024-05-20');
  expect(await links()).toEqual(['2022-07-19 2024-07-19']);
  await revoke('2024-05-20');
  expect(await links()).toEqual(['2022-07-19 2026-07-19']);
  await withdraw('2024-05-20', '2024-05-20', { number: '1A 047' });
  expect(await codeOf(finance(other, '2024-07-18', 'RPI'))).toBe('SCHOOL_ALREADY_FINANCED');
  await finance(other, '2024-07-19', 'RPI');
  expect(await revoke('2024-05-20', '2024-05-20', { number: '1A 048' })).toMatchObject({
    schoolsLost: [ancenis.uai],
  });
  expect(await links()).toEqual(['2022-07-19 2024-07-19']);
  expect(await lastEvents(2)).toEqual(['WithdrawalRevoked', 'SchoolFinancingEnded']);
});

test('WDR-2, SCH-1: a school that was to be financed after the day has no day left, and gets it back', async () => {
  await at('2024-05-20');
  await finance(mine, '2024-09-01');
  await withdraw('2024-05-20');
  expect(await links()).toEqual(['2024-09-01 2024-09-01']);
  await revoke('2024-05-20');
  expect(await links()).toEqual(['2024-09-01 2026-07-19']);
});
