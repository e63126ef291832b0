import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { aLine, OrderLifeWorld } from '../../../../../test/support/builders/order-life-world.js';
import { callerOf } from '#libs/testing';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let life: OrderLifeWorld;
let member: string;

beforeAll(async () => {
  world = await MembershipWorld.create(10);
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
  life = new OrderLifeWorld(world);
}, 60_000);
afterAll(() => world?.fresh.drop());

const orders = () => world.count('from purchase_order');
const stranger = ordererOf(vertou.siren);

test('ORD-1: a draft counts in no O, tells nobody, and the same key prepares one', async () => {
  const key = randomUUID();
  const events = await world.count('from platform.outbox');
  const before = await orders();
  const first = await life.prepare(member, [aLine(38, '2022-11-03')], { key, note: 'RENTREE' });
  expect(await life.prepare(member, [aLine(38, '2022-11-03')], { key, note: 'RENTREE' })).toEqual(
    first,
  );
  expect(first).toMatchObject({ status: 'DRAFT', version: 1, cause: 'MEMBER', orderId: null });
  expect(await orders()).toBe(before);
  expect(await world.count('from platform.outbox')).toBe(events);
  expect(await world.count("from platform.audit_entry where action = 'draft.prepared'")).toBe(1);
});

test('ORD-1: what is malformed is refused when prepared, with its answer and audit kept', async () => {
  const key = randomUUID();
  const drafts = await world.count('from order_draft');
  const refused = () => codeOf(life.prepare(member, [aLine(0, '2022-11-03')], { key }));
  expect(await refused()).toBe('DELTA_ZERO');
  expect(await refused()).toBe('DELTA_ZERO');
  expect(await codeOf(life.prepare(member, []))).toBe('ORDER_EMPTY');
  expect(await codeOf(life.prepare(member, [aLine(1, '2022-11-03')], { note: 'Léa' }))).toBe(
    'NOTE_INVALID',
  );
  expect(await world.count('from order_draft')).toBe(drafts);
  expect(
    await world.count("from platform.audit_entry where action = 'draft.prepared.refused'"),
  ).toBe(3);
});

test('ORD-1: a draft is changed from the version that was read; two at once: one is stale', async () => {
  const { draftId } = await life.prepare(member, [aLine(5, '2022-11-03')]);
  const outcomes = await Promise.all(
    [6, 7].map((delta) => codeOf(life.change(member, draftId, 1, [aLine(delta, '2022-11-03')]))),
  );
  expect(outcomes.sort()).toEqual(['DRAFT_STALE', undefined]);
  const { draft } = await life.view.find(member, draftId, coordinator);
  expect(draft).toMatchObject({ version: 2, status: 'DRAFT' });
  expect(await codeOf(life.sign(member, draftId, 1))).toBe('DRAFT_STALE');
  expect(await codeOf(life.cancel(member, draftId, 1))).toBe('DRAFT_STALE');
});

test('ORD-1: a cancelled draft is kept, cancelled once, and never signed', async () => {
  const { draftId } = await life.prepare(member, [aLine(5, '2022-11-03')]);
  const first = await life.cancel(member, draftId, 1);
  expect(first).toMatchObject({ status: 'CANCELLED', version: 2 });
  expect(await life.cancel(member, draftId, 1)).toEqual(first);
  expect(await codeOf(life.sign(member, draftId, 2))).toBe('DRAFT_CLOSED');
  expect(await codeOf(life.change(member, draftId, 2, [aLine(1, '2022-11-03')]))).toBe(
    'DRAFT_CLOSED',
  );
});

test('ORD-1, ORD-3: a draft becomes an order once; the same key gives the first answer', async () => {
  const { draftId } = await life.prepare(member, [aLine(38, '2022-11-03')]);
  const before = await orders();
  const key = randomUUID();
  const signed = await life.sign(member, draftId, 1, { key });
  expect(await life.sign(member, draftId, 1, { key })).toEqual(signed);
  expect(signed.order).toMatchObject({ kind: 'ORDINARY', lines: [aLine(38, '2022-11-03')] });
  const { draft } = await life.view.find(member, draftId, coordinator);
  expect(draft).toMatchObject({ status: 'SIGNED', version: 2, orderId: signed.order.orderId });
  expect(await orders()).toBe(before + 1);
  expect(await codeOf(life.sign(member, draftId, 2))).toBe('DRAFT_CLOSED');
  expect(await codeOf(life.sign(member, draftId, 2, { key }))).toBe('IDEMPOTENCY_KEY_REUSED');
  expect((await world.events(member)).at(-1)).toBe('OrderSigned');
});

test('ORD-1: two signatures of one draft at once make one order', async () => {
  const { draftId } = await life.prepare(member, [aLine(1, '2022-11-03')]);
  const before = await orders();
  const outcomes = await Promise.all([1, 2, 3].map(() => codeOf(life.sign(member, draftId, 1))));
  expect(outcomes.filter((code) => code === undefined)).toHaveLength(1);
  expect(await orders()).toBe(before + 1);
});

test('ORD-2: a draft below the commitment may be prepared, and is refused whole when signed', async () => {
  const lines = [aLine(3, '2022-12-01'), aLine(-500, '2022-12-02')];
  const { draftId } = await life.prepare(member, lines);
  const before = await orders();
  expect(await codeOf(life.sign(member, draftId, 1))).toBe('BELOW_COMMITMENT');
  expect(await orders()).toBe(before);
  const { draft } = await life.view.find(member, draftId, coordinator);
  expect(draft).toMatchObject({ status: 'DRAFT', version: 1 });
});

test('PRV-7: a draft that takes seats is signed with the figure confirmed', async () => {
  const { draftId } = await life.prepare(member, [aLine(-2, '2022-12-05')]);
  world.seats.held.set(member, [{ itemCode, held: 10_000, schools: [] }]);
  const unconfirmed = await codeOf(life.sign(member, draftId, 1));
  const confirmed = await codeOf(
    life.sign(member, draftId, 1, { confirmedSeatsLost: Number.MAX_SAFE_INTEGER }),
  );
  world.seats.held.clear();
  expect([unconfirmed, confirmed]).toEqual(['SEATS_LOST_UNCONFIRMED', undefined]);
});

test('ORD-4: a line that a person dated is refused once its day is past, and may be changed', async () => {
  const { draftId } = await life.prepare(member, [aLine(4, '2022-07-20')]);
  await world.day('2022-07-21');
  expect(await codeOf(life.sign(member, draftId, 1))).toBe('INCREASE_IN_THE_PAST');
  await life.change(member, draftId, 1, [aLine(4, '2022-07-21')]);
  expect(await codeOf(life.sign(member, draftId, 2))).toBeUndefined();
});

test('SUP-3: another member’s draft does not exist, for reading and writing, whatever else its token may read', async () => {
  const { draftId } = await life.prepare(member, [aLine(9, '2022-11-03')]);
  const caller = callerOf({
    ...{ ...stranger, roles: ['member-orderer', 'coordinator', 'supplier'] },
  });
  const lines = [aLine(1, '2022-11-03')];
  expect(await codeOf(life.prepare(member, lines, { caller }))).toBe('NOT_FOUND');
  expect(await codeOf(life.change(member, draftId, 1, lines, caller))).toBe('NOT_FOUND');
  expect(await codeOf(life.cancel(member, draftId, 1, caller))).toBe('NOT_FOUND');
  expect(await codeOf(life.sign(member, draftId, 1, { caller }))).toBe('NOT_FOUND');
  expect(await codeOf(life.view.find(member, draftId, stranger))).toBe('NOT_FOUND');
  const asked = { membershipId: member, limit: 10 };
  expect(await codeOf(life.view.list({ ...asked, caller: stranger }))).toBe('NOT_FOUND');
  const elsewhere = callerWith('coordinator', { markets: ['autre'] });
  expect(await codeOf(life.view.list({ ...asked, caller: elsewhere }))).toBe('NOT_FOUND');
  expect(await codeOf(life.view.find(member, 'unknown', coordinator))).toBe('NOT_FOUND');
});

test('drafts are listed from the newest, page by page, by status', async () => {
  const all = await life.view.list({ membershipId: member, limit: 100, caller: coordinator });
  const seen: string[] = [];
  for (let before: number | undefined; ;) {
    const { drafts } = await life.view.list({
      membershipId: member,
      limit: 2,
      ...(before === undefined ? {} : { before }),
      caller: coordinator,
    });
    seen.push(...drafts.slice(0, 2).map(({ draft }) => draft.draftId));
    if (drafts.length <= 2) break;
    before = drafts[1]!.position;
  }
  expect(seen).toEqual(all.drafts.map(({ draft }) => draft.draftId));
  expect(seen.length).toBeGreaterThan(5);
  const { drafts: cancelled } = await life.view.list({
    membershipId: member,
    status: 'CANCELLED',
    limit: 100,
    caller: coordinator,
  });
  expect(cancelled.map(({ draft }) => draft.status)).toEqual(['CANCELLED']);
});

test.each([
  [
    "update order_draft set status = 'DRAFT', order_id = null, version = version + 1 where status = 'SIGNED'",
  ],
  ["update order_draft set note = 'X' where status = 'DRAFT'"],
  ["update order_draft set version = version + 2 where status = 'DRAFT'"],
  ["update order_draft set cause = 'OVER_QUOTA', version = version + 1 where status = 'DRAFT'"],
  ["update order_draft set prepared_by = 'x', version = version + 1 where status = 'DRAFT'"],
  ["update order_draft set status = 'SIGNED', version = version + 1 where status = 'DRAFT'"],
  ['delete from order_draft'],
  ['truncate order_draft'],
])('ORD-1: the database refuses %s', async (sql) => {
  await expect(world.database.query(sql)).rejects.toMatchObject({
    code: expect.stringMatching(/^(23|42501)/),
  });
});
