import { randomUUID } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { OrderSignedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { refusalOf } from '../../../../test/support/builders/refusal.js';
import {
  insertOrderByHand,
  keepDocument,
} from '../../../../test/support/builders/order-by-hand.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let mine: string;
let agreement: Awaited<ReturnType<typeof keepDocument>>;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket((file) => {
    Object.assign(file.items[0]!, { groupMaximum: 500 });
  });
  await world.day('2022-07-19');
  mine = await world.activeMember(ancenis, 412);
  await world.order(mine, ancenis.siren, 38, '2022-09-01');
  await world.day('2022-11-03');
  agreement = await keepDocument(world, mine, 'CORRECTION_AGREEMENT');
}, 30_000);
afterEach(() => world.fresh.drop());

type Asked = {
  key?: string;
  caller?: Caller;
  documentId?: string;
  confirmed?: number;
  membershipId?: string;
};
const correctLines = (lines: readonly (readonly [number, string])[], over: Asked = {}) =>
  world.recordCorrection.execute({
    idempotencyKey: over.key ?? randomUUID(),
    membershipId: over.membershipId ?? mine,
    lines: lines.map(([delta, day]) => ({ itemCode, effectiveFrom: localDate(day), delta })),
    reason: 'HEADCOUNT_ERROR',
    documentId: over.documentId ?? agreement.documentId,
    confirmedSeatsLost: over.confirmed ?? 0,
    caller: over.caller ?? coordinator,
  });
const correct = (delta: number, day: string, over: Asked = {}) =>
  correctLines([[delta, day]], over);
const ordered = async (...days: readonly string[]) => {
  const ledger = await world.ledgers.find(mine);
  return days.map(
    (day) => ledger?.items[0]?.timeline.findLast(({ from }) => from <= day)?.quantity ?? 0,
  );
};
/** All that a refusal must leave as it was. */
const state = async () => ({
  orders: await world.count('from purchase_order'),
  corrections: await world.count('from order_correction'),
  events: await world.count('from platform.outbox'),
});
const violations = async () => (await world.checkLedgers.execute(marketCode)).violations;

test('ORD-4: a correction changes past days by an order of its own, which keeps reason and document', async () => {
  const { order, ledgerHead } = await correct(-20, '2022-10-01');
  expect(await ordered('2022-09-30', '2022-10-01', '2022-11-03')).toEqual([450, 430, 430]);
  expect(order).toMatchObject({
    kind: 'CORRECTION',
    signedOn: '2022-11-03',
    signedBy: coordinator.userId,
    restsOn: [{ kind: 'CORRECTION_AGREEMENT', sha256: agreement.sha256, datedOn: '2022-10-01' }],
  });
  const { rows } = await world.database.query<object>(
    `select c.reason, c.document_id, a.actor, a.on_behalf_of, a.rests_on, a.business_date
       from order_correction c join platform.audit_entry a
         on a.action = 'correction.recorded' and a.details ->> 'orderId' = c.order_id
      where c.order_id = $1`,
    [order.orderId],
  );
  expect(rows).toEqual([
    {
      reason: 'HEADCOUNT_ERROR',
      document_id: agreement.documentId,
      actor: coordinator.userId,
      on_behalf_of: `org-${ancenis.siren}`,
      rests_on: agreement.documentId,
      business_date: '2022-11-03',
    },
  ]);
  const [head] = await world.ledgers.headsOf(marketCode);
  expect(head?.ledgerHead).toBe(ledgerHead);
  expect(await violations()).toEqual([]);
});

test('ORD-4, BIL-8: the event tells kind, days, figures, document and version of the ledger', async () => {
  await correctLines([
    [-20, '2022-10-01'],
    [20, '2022-10-15'],
  ]);
  const { rows } = await world.database.query<{
    value: Buffer;
    business_date: string;
    type: string;
  }>(
    'select value, business_date, type from platform.outbox where key = $1 order by id desc limit 1',
    [mine],
  );
  const { type, value, business_date } = rows[0]!;
  expect([type, business_date]).toEqual(['ent.membership.v1.OrderSigned', '2022-11-03']);
  const told = fromBinary(OrderSignedSchema, value);
  const [head] = await world.ledgers.headsOf(marketCode);
  expect(told).toMatchObject({
    membershipId: mine,
    membershipVersion: head!.version,
    ledgerHead: head!.ledgerHead,
    order: {
      kind: 'CORRECTION',
      signedOn: '2022-11-03',
      lines: [
        { itemCode, effectiveFrom: '2022-10-01', delta: -20 },
        { itemCode, effectiveFrom: '2022-10-15', delta: 20 },
      ],
      restsOn: [{ kind: 'CORRECTION_AGREEMENT', sha256: agreement.sha256 }],
    },
  });
  expect(await ordered('2022-10-14', '2022-11-03')).toEqual([430, 450]);
});

test('ORD-4: an increase and a decrease may be corrected back to the first day, not before', async () => {
  await correct(5, '2022-07-19');
  await correct(-5, '2022-07-19');
  const before = await state();
  expect(await refusalOf(correct(5, '2022-07-18'))).toMatchObject({ code: 'OUTSIDE_MEMBERSHIP' });
  expect(await state()).toEqual(before);
});

test('ORD-2, ORD-4: it obeys the floor on every day, past ones too, to the last account', async () => {
  await correct(-38, '2022-09-01');
  expect(await ordered('2022-09-01', '2022-11-03')).toEqual([412, 412]);
  const before = await state();
  expect(await refusalOf(correct(-1, '2022-08-01'))).toMatchObject({
    code: 'BELOW_COMMITMENT',
    details: { shortfalls: [{ firstDay: '2022-08-01', wouldBe: 411, commitment: 412 }] },
  });
  // Fine today and wrong on one past day only.
  const oneDay = correctLines([
    [-1, '2022-08-01'],
    [1, '2022-08-02'],
  ]);
  expect(await refusalOf(oneDay)).toMatchObject({
    code: 'BELOW_COMMITMENT',
    details: { shortfalls: [{ firstDay: '2022-08-01' }] },
  });
  expect(await state()).toEqual(before);
});

test('ORD-6: it obeys the maximum on past days too', async () => {
  await correct(50, '2022-10-01');
  expect(await refusalOf(correct(1, '2022-10-01'))).toMatchObject({
    code: 'ABOVE_MAXIMUM',
    details: { excesses: [{ firstDay: '2022-10-01', wouldBe: 501, maximum: 500 }] },
  });
});

test('ORD-4: what an orderer can still sign is no correction, on both sides of the day', async () => {
  expect(await refusalOf(correct(5, '2022-11-03'))).toMatchObject({
    code: 'CORRECTION_NOT_NEEDED',
  });
  expect(await refusalOf(correct(-5, '2022-11-04'))).toMatchObject({
    code: 'CORRECTION_NOT_NEEDED',
  });
  await correct(5, '2022-11-02');
  await correct(-5, '2022-11-03');
  expect(await ordered('2022-11-02', '2022-11-03')).toEqual([455, 450]);
});

test('ORD-4, art. 4: it rests on the agreement of this member, and on no other paper', async () => {
  const theirs = await world.activeMember(vertou, 1).then((id) => ({ id, siren: vertou.siren }));
  const papers = [
    randomUUID(),
    (await keepDocument(world, theirs.id, 'CORRECTION_AGREEMENT', theirs)).documentId,
  ];
  const before = await state();
  for (const documentId of papers) {
    expect(await refusalOf(correct(-5, '2022-10-01', { documentId }))).toMatchObject({
      code: 'DOCUMENT_UNKNOWN',
    });
  }
  const letter = await keepDocument(world, mine, 'LETTER');
  const ofTomorrow = await keepDocument(world, mine, 'CORRECTION_AGREEMENT', {
    datedOn: '2022-11-04',
  });
  for (const { documentId } of [letter, ofTomorrow]) {
    expect(await refusalOf(correct(-5, '2022-10-01', { documentId }))).toMatchObject({
      code: 'AGREEMENT_MISSING',
    });
  }
  expect(await state()).toEqual(before);
});

test('ORD-4: the coordinator of another market is told that there is no such membership', async () => {
  const caller = callerWith('coordinator', { markets: ['autre'] });
  const before = await state();
  expect((await refusalOf(correct(-5, '2022-10-01', { caller })))?.code).toMatch(
    /NOT_(FOUND|ALLOWED)/,
  );
  expect((await refusalOf(correct(-5, '2022-10-01', { membershipId: 'x' })))?.code).toBe(
    'NOT_FOUND',
  );
  expect(await state()).toEqual(before);
});

test('ORD-5: a correction may concern an ended membership, for days before its end', async () => {
  await world.day('2026-07-20');
  const { rows } = await world.database.query('select status, ends_on from membership');
  expect(rows).toEqual([{ status: 'ENDED', ends_on: '2026-07-19' }]);
  expect(await refusalOf(world.order(mine, ancenis.siren, 1, '2026-07-18'))).toMatchObject({
    code: 'MEMBERSHIP_ENDED',
  });
  expect(await refusalOf(correct(5, '2026-07-19'))).toMatchObject({ code: 'OUTSIDE_MEMBERSHIP' });
  await correct(5, '2026-07-18');
  expect(await ordered('2026-07-17', '2026-07-18')).toEqual([450, 455]);
  expect(await refusalOf(correct(-39, '2026-07-17'))).toMatchObject({ code: 'BELOW_COMMITMENT' });
  expect(await violations()).toEqual([]);
});

test('ORD-4, PRV-7: seats are asked for from today on only, and their loss must be confirmed', async () => {
  world.seats.held.set(mine, [{ itemCode, held: 440, schools: [] }]);
  // All of it lies in the past: today's quantity stays, nobody is asked.
  world.seats.isSilent = true;
  await correctLines([
    [-20, '2022-10-01'],
    [20, '2022-11-03'],
  ]);
  const before = await state();
  expect((await refusalOf(correct(-20, '2022-10-01')))?.code).toBe('SERVICE_UNAVAILABLE');
  world.seats.isSilent = false;
  expect(await refusalOf(correct(-20, '2022-11-03', { confirmed: 9 }))).toMatchObject({
    code: 'SEATS_LOST_UNCONFIRMED',
    details: { seatsLost: 10 },
  });
  expect(await state()).toEqual(before);
  await correct(-20, '2022-11-03', { confirmed: 10 });
});

test('ORD-3: the same key gives the first answer again, five at once too; another body is refused', async () => {
  const key = randomUUID();
  const [first, ...others] = await Promise.all(
    Array.from({ length: 5 }, () => correct(-5, '2022-10-01', { key })),
  );
  for (const other of others) expect(other).toEqual(first);
  expect(await ordered('2022-10-01')).toEqual([445]);
  expect(await refusalOf(correct(-6, '2022-10-01', { key }))).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect(await world.count('from order_correction')).toBe(1);
});

test('ORD-4: a refusal is kept as answer and audit entry, once, and writes nothing else', async () => {
  const before = await state();
  const key = randomUUID();
  for (let again = 0; again < 2; again += 1) {
    expect(await refusalOf(correct(-39, '2022-10-01', { key }))).toMatchObject({
      code: 'BELOW_COMMITMENT',
    });
  }
  expect(await state()).toEqual(before);
  const { rows } = await world.database.query<object>(
    `select rests_on, details ->> 'reason' as reason from platform.audit_entry where action = 'correction.recorded.refused'`,
  );
  expect(rows).toEqual([{ rests_on: agreement.documentId, reason: 'HEADCOUNT_ERROR' }]);
});

test('ORD-4: a preview says what would be in force or refused, and writes nothing', async () => {
  const before = await world.count('from platform.audit_entry');
  const preview = (delta: number, day: string) =>
    world.previewOrder.execute({
      membershipId: mine,
      lines: [{ itemCode, effectiveFrom: localDate(day), delta }],
      kind: 'CORRECTION',
      caller: coordinator,
    });
  const { refusals, after, warnings } = await preview(20, '2022-10-01');
  expect(refusals).toEqual([]);
  expect(after[0]?.timeline.at(-1)).toEqual({ from: '2022-10-01', quantity: 470 });
  expect(warnings[0]).toContain('90 % sont atteints');
  expect((await preview(-39, '2022-10-01')).refusals).toMatchObject([{ code: 'BELOW_COMMITMENT' }]);
  expect((await preview(5, '2022-11-03')).refusals).toMatchObject([
    { code: 'CORRECTION_NOT_NEEDED' },
  ]);
  expect(await world.count('from platform.audit_entry')).toBe(before);
});

test.each([
  ["update order_correction set reason = 'ENTRY_ERROR'"],
  ['delete from order_correction'],
  ['truncate order_correction'],
])('ORD-4: the database refuses %s', async (sql) => {
  await correct(-5, '2022-10-01');
  await expect(world.database.query(sql)).rejects.toMatchObject({
    code: expect.stringMatching(/^(23...|42501)$/),
  });
});

test('ORD-4: the database takes no order of kind CORRECTION without its document', async () => {
  const byHand = world.unitOfWork.run((tx) =>
    insertOrderByHand(tx as never, mine, 1, '2022-10-01', { kind: 'CORRECTION' }),
  );
  expect(String(await refusalOf(byHand))).toContain('does not rest on its document');
});
