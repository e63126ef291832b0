import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
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
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import {
  giver,
  receiver,
  schools,
  transfersForEachTest,
  uai,
  world,
} from '../../../../../test/support/builders/transfers-of-each-test.js';
import { transferDay } from '../../../../../test/support/builders/transfers-of-two.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

transfersForEachTest();

test('SCH-2: a proposal changes nothing until an orderer of the receiver accepts it with its order, in one transaction', async () => {
  await schools.free(5, { [uai]: 20 });
  const before = await schools.orderedNow();
  const transferId = await schools.transfer({}, { propose: true });
  expect(await schools.linksOf(giver)).toEqual(schools.untouched());
  expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
    status: 'PROPOSED',
    seatsMissing: 15,
  });
  const lines = [{ itemCode, effectiveFrom: localDate(transferDay), delta: 14 }];
  const asked = { terms: undefined, transferId, lines, caller: ordererOf(vertou.siren) };
  expect(await schools.previewUseCase.execute(asked)).toMatchObject({
    refusal: { code: 'SEATS_MISSING' },
    seats: [{ moving: 20, missing: 1, ordered: before + 14 }],
  });
  // No order, an order of one too few, an order from the next day only.
  expect(await codeOf(schools.accept(transferId, 0, { confirmed: 15 }))).toBe('SEATS_MISSING');
  expect(await codeOf(schools.accept(transferId, 14))).toBe('SEATS_MISSING');
  expect(await codeOf(schools.accept(transferId, 15, { from: '2022-09-02' }))).toBe(
    'SEATS_MISSING',
  );
  expect(await codeOf(schools.accept(transferId, -1))).toBe('COMPLEMENTARY_ORDER_INVALID');
  expect([await schools.orderedNow(), await schools.linksOf(receiver)]).toEqual([before, []]);

  const { order } = await schools.accept(transferId, 15, { key: 'accept-1' });
  expect(await schools.orderedNow()).toBe(before + 15);
  expect(order?.order).toMatchObject({
    kind: 'ORDINARY',
    signedBy: ordererOf(vertou.siren).userId,
    restsOn: [{ kind: 'DECISION' }],
  });
  expect(await schools.linksOf(receiver)).toEqual([`${uai} ${transferDay} 2026-07-19`]);
  expect((await world.events(receiver)).slice(-2)).toEqual(['OrderSigned', 'SchoolFinanced']);
  const { rows } = await world.database.query<{ action: string; rests_on: string }>(
    `select action, rests_on from platform.audit_entry where subject = $1 and actor = $2 order by id desc limit 3`,
    [`membership:${receiver}`, ordererOf(vertou.siren).userId],
  );
  expect(rows).toEqual([
    { action: 'school-transfer.accepted', rests_on: schools.documentId },
    { action: 'schools.transferred', rests_on: schools.documentId },
    { action: 'order.signed', rests_on: order?.order.orderId },
  ]);
  // The same key again gives the same answer; another key finds it decided.
  expect(await schools.accept(transferId, 15, { key: 'accept-1' })).toEqual({ order });
  expect(await codeOf(schools.accept(transferId, 15))).toBe('TRANSFER_DECIDED');
  expect(await schools.orderedNow()).toBe(before + 15);
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
});

test('SCH-2, PRV-7: with an order the orderer may confirm how many pupils will wait, no fewer', async () => {
  await schools.free(0, { [uai]: 20 });
  const transferId = await schools.transfer({}, { propose: true });
  expect(await codeOf(schools.accept(transferId, 5, { confirmed: 14 }))).toBe('SEATS_MISSING');
  await schools.accept(transferId, 5, { confirmed: 15 });
  expect(await schools.linksOf(receiver)).toEqual([`${uai} ${transferDay} 2026-07-19`]);
});

test('ORD-6: beyond the maximum neither the order nor the schools pass', async () => {
  await schools.free(0, { [uai]: 20 });
  const before = await schools.orderedNow();
  const transferId = await schools.transfer({}, { propose: true });
  expect(await codeOf(schools.accept(transferId, 4_900, { confirmed: 20 }))).toBe('ABOVE_MAXIMUM');
  expect([await schools.orderedNow(), await schools.linksOf(receiver)]).toEqual([before, []]);
  expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
    status: 'PROPOSED',
  });
});

describe('who sees and who decides', () => {
  let transferId: string;
  beforeEach(async () => {
    await schools.free(0, { [uai]: 20 });
    transferId = await schools.transfer({}, { propose: true });
  });

  test('SUP-3: only an orderer of the receiver accepts; others do not even see whether there is one', async () => {
    const strangers = [
      ordererOf(ancenis.siren),
      callerWith('member-orderer', { organisationId: 'org-0' }),
      callerWith('member-orderer', { organisationId: `org-${vertou.siren}`, markets: [] }),
    ];
    for (const caller of strangers) {
      expect(await codeOf(schools.accept(transferId, 20, { caller }))).toBe('NOT_FOUND');
    }
    expect(
      await codeOf(schools.transfer({}, { caller: callerWith('coordinator', { markets: ['x'] }) })),
    ).toBe('NOT_FOUND');
  });

  test('SUP-3: the giver sees the proposal without what the receiver lacks; a third member nothing', async () => {
    const list = (caller: Caller) =>
      schools.view.list({
        marketCode,
        status: 'PROPOSED',
        membershipId: '',
        after: undefined,
        limit: 200,
        caller,
      });
    const shown = async (caller: Caller) =>
      (await list(caller)).find((each) => each.transferId === transferId);
    expect(await shown(ordererOf(vertou.siren))).toMatchObject({ seatsMissing: 20 });
    expect(await shown(coordinator)).toMatchObject({ seatsMissing: 20 });
    expect(await shown(ordererOf(ancenis.siren))).toMatchObject({ seatsMissing: 0, orderId: '' });
    expect(await list(callerWith('member-orderer', { organisationId: 'org-0' }))).toEqual([]);
  });

  test('SCH-2: the receiver declines, once; the giver cannot', async () => {
    const close = (caller: Caller) =>
      schools.closeUseCase.execute({ idempotencyKey: randomUUID(), transferId, caller });
    expect(await codeOf(close(ordererOf(ancenis.siren)))).toBe('NOT_FOUND');
    await close(ordererOf(vertou.siren));
    expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
      status: 'DECLINED',
    });
    expect(await codeOf(close(coordinator))).toBe('TRANSFER_DECIDED');
  });

  test('SCH-2: what is decided the database does not let anybody change', async () => {
    await schools.accept(transferId, 20);
    for (const statement of [
      "update school_transfer set status = 'CANCELLED' where id = $1",
      'delete from school_transfer where id = $1',
    ]) {
      await expect(world.fresh.asOwner(statement, [transferId])).rejects.toThrow(
        /decided once and does not change/,
      );
    }
  });
});
