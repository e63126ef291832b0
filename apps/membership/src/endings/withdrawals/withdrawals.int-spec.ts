import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import pg from 'pg';
import { MembershipEndedSchema, WithdrawalNotifiedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import {
  at,
  keptDocument,
  lastEvent,
  lastEvents,
  lettersForEachTest,
  membership,
  mine,
  revoke,
  withdraw,
  world,
} from '../../../../../test/support/builders/letters-of-each-test.js';
import { codeOf, refusalOf } from '../../../../../test/support/builders/refusal.js';
import { ViewLedger } from '../../orders/ledger/view-ledger.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);
lettersForEachTest();

test('WDR-1: a letter sent too early is refused, provably, and changes nothing', async () => {
  await at('2024-05-18');
  const before = await world.events(mine);
  const key = randomUUID();
  expect(await codeOf(withdraw('2024-05-18', '2024-05-18', { key }))).toBe('WITHDRAWAL_TOO_EARLY');
  expect(await codeOf(withdraw('2024-05-18', '2024-05-18', { key }))).toBe('WITHDRAWAL_TOO_EARLY');
  expect(await world.events(mine)).toEqual(before);
  expect(await world.count('from withdrawal_notice')).toBe(0);
  expect(
    await world.count(
      "from platform.audit_entry where action = 'withdrawal.recorded.refused' and rests_on = '1A 042'",
    ),
  ).toBe(1);
  expect(await membership()).toEqual({ status: 'ACTIVE', ends_on: '2026-07-19', end_cause: null });
});

test('WDR-2: a notice in time ends the membership on its day, and not before', async () => {
  await at('2024-05-19');
  const key = randomUUID();
  const first = await withdraw('2024-05-19', '2024-05-19', { key });
  expect(await withdraw('2024-05-19', '2024-05-19', { key })).toEqual(first);
  expect(await lastEvents(1)).toEqual(['WithdrawalNotified']);
  expect(fromBinary(WithdrawalNotifiedSchema, (await lastEvent()).value)).toMatchObject({
    endsOn: '2024-07-19',
    membershipVersion: 5,
  });
  expect(await codeOf(withdraw('2024-05-19', '2024-05-19', { number: '1A 044' }))).toBe(
    'WITHDRAWAL_ALREADY_GIVEN',
  );
  await world.day('2024-07-18');
  expect(await membership()).toEqual({
    status: 'ACTIVE',
    ends_on: '2024-07-19',
    end_cause: 'WITHDRAWAL',
  });
  const shown = async () => {
    const view = await world.list.find({ membershipId: mine, caller: coordinator });
    return [...view.commitment, ...view.ordered].map(({ quantity }) => quantity);
  };
  expect(await shown()).toEqual([412, 412]);
  expect(await codeOf(world.order(mine, ancenis.siren, 5, '2024-07-18'))).toBeUndefined();
  expect(await codeOf(world.order(mine, ancenis.siren, 5, '2024-07-19'))).toBe(
    'OUTSIDE_MEMBERSHIP',
  );
  await world.day('2024-07-25');
  expect(await membership()).toMatchObject({ status: 'ENDED', end_cause: 'WITHDRAWAL' });
  // Outside the membership nothing is committed and nothing ordered.
  expect(await shown()).toEqual([0]);
  const ended = await lastEvent();
  expect(ended.business_date).toBe('2024-07-19');
  expect(fromBinary(MembershipEndedSchema, ended.value)).toMatchObject({
    endsOn: '2024-07-19',
    cause: 'WITHDRAWAL',
    endedBy: coordinator.userId,
  });
  expect(await codeOf(revoke('2024-07-17'))).toBe('WITHDRAWAL_IN_EFFECT');
  expect(await codeOf(world.order(mine, ancenis.siren, 5, '2024-07-26'))).toBe('MEMBERSHIP_ENDED');
});

test('WDR-1: the last day to send is 2024-07-18; the day after, the member stays bound', async () => {
  await at('2024-07-22');
  expect(await codeOf(withdraw('2024-07-19', '2024-07-22'))).toBe('WITHDRAWAL_WINDOW_CLOSED');
  expect(await codeOf(withdraw('2024-07-18', '2024-07-22'))).toBeUndefined();
  // Received after the effect: the membership has ended on its day, told today.
  expect(await lastEvents(2)).toEqual(['WithdrawalNotified', 'MembershipEnded']);
  const ended = await lastEvent();
  expect(ended.business_date).toBe('2024-07-22');
  expect(fromBinary(MembershipEndedSchema, ended.value)).toMatchObject({ endsOn: '2024-07-19' });
  expect(await membership()).toEqual({
    status: 'ENDED',
    ends_on: '2024-07-19',
    end_cause: 'WITHDRAWAL',
  });
});

test('WDR-2: nobody is shown changes that are void: quantities, previews', async () => {
  await at('2024-05-20');
  await world.order(mine, ancenis.siren, 40, '2024-06-01');
  await world.order(mine, ancenis.siren, -30, '2024-09-01');
  const caller = ordererOf(ancenis.siren);
  const shown = async () => {
    const ask = new ViewLedger(world.ledgers, world.recordedOrders, world.businessDate);
    const { items } = await ask.quantities({ membershipId: mine, caller });
    const line = { itemCode, effectiveFrom: localDate('2024-07-01'), delta: 1 };
    const { after } = await world.previewOrder.execute({
      membershipId: mine,
      lines: [line],
      caller,
    });
    return [items[0]?.timeline.at(-1)?.from, after[0]?.timeline.at(-1)?.from];
  };
  expect(await shown()).toEqual(['2024-09-01', '2024-09-01']);
  await withdraw('2024-05-20');
  expect(await shown()).toEqual(['2024-06-01', '2024-07-01']);
});

test('ADH-2, WDR-1: a letter deposited before proves the notice; no title and no other document does', async () => {
  await at('2024-05-20');
  const documentId = await keptDocument('LETTER');
  const decisionId = await keptDocument('DELIBERATION');
  const dates = {
    number: '1A 050',
    sentOn: localDate('2024-05-20'),
    receivedOn: localDate('2024-05-20'),
  };
  const record = (id: string) =>
    world.recordWithdrawal.execute({
      idempotencyKey: randomUUID(),
      membershipId: mine,
      letter: { ...dates, documentId: id },
      caller: coordinator,
    });
  expect(await refusalOf(record(''))).toMatchObject({
    code: 'PAPER_NOT_DEPOSITED',
    message: expect.stringContaining('Déposez d’abord la lettre recommandée'),
  });
  for (const id of ['unknown', decisionId, await world.deposit('LETTER', vertou.siren)]) {
    expect(await codeOf(record(id))).toBe('DOCUMENT_UNKNOWN');
  }
  expect(await membership()).toMatchObject({ ends_on: '2026-07-19' });
  expect(await codeOf(record(documentId))).toBeUndefined();
  const { notices } = await world.viewWithdrawals.of({ membershipId: mine, caller: coordinator });
  expect(notices[0]?.letter.document).toMatchObject({ kind: 'LETTER', documentId });
});

test('ADH-2, WDR-1: whoever writes, an end rests on a letter or a decision of the member’s own file', async () => {
  await at('2024-06-03');
  const notice = (paper: string | null, sentOn = '2024-06-03') =>
    world.database.query(
      `insert into withdrawal_notice (id, membership_id, letter_number, sent_on, received_on, document_id, takes_effect_on,
                                      recorded_by, recorded_on)
       values ('by-hand', $1, 'x', $3, '2024-06-03', $2, '2024-07-19', 'user', '2024-06-03')`,
      [mine, paper, sentOn],
    );
  const revocation = (paper: string | null, on = '2024-06-03') =>
    world.database.query(
      `insert into withdrawal_revocation (notice_id, letter_number, sent_on, received_on, document_id, recorded_by, recorded_on)
       select id, 'y', '2024-06-03', '2024-06-03', $1, 'user', $2 from withdrawal_notice`,
      [paper, on],
    );
  const exclusion = (paper: string | null) =>
    world.database.query(
      `insert into exclusion (id, membership_id, ground, decision_reference, court, decided_on, effective_on,
                              sums_due_cents, document_id, recorded_by, recorded_on)
       values ('x', $1, 'NON_PERFORMANCE', 'n° 1', 'TA', '2024-06-03', '2024-06-03', 0, $2, 'user', '2024-06-03')`,
      [mine, paper],
    );
  const unfounded = async (
    write: (paper: string | null) => Promise<unknown>,
    kind: string,
    other: string,
  ) => {
    for (const paper of [
      null,
      'none',
      await keptDocument(other),
      await world.deposit(kind, vertou.siren),
    ]) {
      await expect(write(paper)).rejects.toThrow(/rests on no (paper|letter) of its file/);
    }
    // With its paper all that is left to say is that the end does not move with it.
    await expect(write(await keptDocument(kind))).rejects.toThrow('rests on nothing');
  };
  await unfounded(notice, 'LETTER', 'COURT_DECISION');
  const tooEarly = notice(await keptDocument('LETTER'), '2024-01-15');
  await expect(tooEarly).rejects.toThrow('does not keep the window');
  await unfounded(exclusion, 'COURT_DECISION', 'LETTER');
  await withdraw('2024-06-03');
  await unfounded(revocation, 'LETTER', 'COURT_DECISION');
  const letter = await keptDocument('LETTER');
  await expect(revocation(letter, '2024-07-19')).rejects.toThrow('is in effect');
  await expect(revocation(letter, '2024-07-18')).rejects.toThrow('rests on nothing');
});

test('WDR-1: reminders fall due once each, also when days are skipped, and not for who gave notice', async () => {
  const other = await world.activeMember(vertou, 1_000);
  const reminders = () =>
    world.viewWithdrawals.reminders({
      marketCode,
      after: undefined,
      limit: 50,
      caller: coordinator,
    });
  await at('2024-02-17');
  await world.day('2024-02-18');
  expect(await reminders()).toEqual([]);
  await world.day('2024-02-19');
  expect((await reminders()).map(({ kind }) => kind)).toEqual(['FIVE_MONTHS', 'FIVE_MONTHS']);
  await world.day('2024-05-19');
  await withdraw('2024-05-19');
  await world.day('2024-07-17');
  const told = (await reminders()).map(({ membershipId, kind, dueOn, lastDay }) => ({
    whose: membershipId === mine ? 'mine' : membershipId === other ? 'other' : '',
    kind,
    dueOn,
    lastDay,
  }));
  expect(told.filter(({ kind }) => kind === 'FIFTEEN_DAYS')).toEqual([
    { whose: 'other', kind: 'FIFTEEN_DAYS', dueOn: '2024-07-04', lastDay: '2024-07-18' },
  ]);
  expect(told).toHaveLength(5);
  const own = await world.viewWithdrawals.of({
    membershipId: other,
    caller: ordererOf(vertou.siren),
  });
  expect(own).toMatchObject({ state: 'OPEN', window: { opensOn: '2024-05-19' } });
  expect(own.reminders).toHaveLength(3);
});

test('MKT-1, WDR-1: two notices at once: one counts; the database keeps the letters and refuses an end without one', async () => {
  await at('2024-06-03');
  const outcomes = await Promise.all([
    codeOf(withdraw('2024-06-03', '2024-06-03', { number: 'a' })),
    codeOf(withdraw('2024-06-03', '2024-06-03', { number: 'b' })),
  ]);
  expect(outcomes.sort()).toEqual(['WITHDRAWAL_ALREADY_GIVEN', undefined]);
  const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
  await owner.connect();
  const write = (sql: string) =>
    owner.query(sql).then(
      () => 'done',
      (error: Error) => error.message,
    );
  for (const statement of [
    "update withdrawal_notice set sent_on = '2024-06-02'",
    'delete from withdrawal_notice',
    'truncate withdrawal_notice cascade',
    'truncate withdrawal_revocation',
    'truncate withdrawal_reminder',
    'truncate exclusion',
  ]) {
    expect(await write(statement)).toMatch('never changed or removed');
  }
  expect(await write("update membership set ends_on = '2024-06-30'")).toMatch('rests on nothing');
  expect(await write("update membership set end_cause = 'EXCLUSION'")).toMatch('rests on nothing');
  expect(
    await write(
      `insert into withdrawal_notice select 'n2', membership_id, 'c', sent_on, received_on, document_id, takes_effect_on,
              recorded_by, recorded_on from withdrawal_notice`,
    ),
  ).toMatch('has given notice already');
  await owner.end();
});

test('SUP-1, SUP-3: only the coordinator of the market records; a member sees its own', async () => {
  await at('2024-06-03');
  const elsewhere = callerWith('coordinator', { markets: ['autre'] });
  expect(await codeOf(withdraw('2024-06-03', '2024-06-03', { caller: elsewhere }))).toBe(
    'NOT_FOUND',
  );
  expect(await codeOf(revoke('2024-06-03', '2024-06-03', { caller: elsewhere }))).toBe('NOT_FOUND');
  expect(await codeOf(withdraw('2024-06-03', '2024-06-03', { membershipId: 'unknown' }))).toBe(
    'NOT_FOUND',
  );
  const view = (caller: Caller) => world.viewWithdrawals.of({ membershipId: mine, caller });
  expect(await codeOf(view(ordererOf(vertou.siren)))).toBe('NOT_FOUND');
  expect(await codeOf(view(ordererOf(ancenis.siren)))).toBeUndefined();
});
