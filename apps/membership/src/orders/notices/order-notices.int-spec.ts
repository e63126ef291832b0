import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { JourneyClient } from '#libs/persistence';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { OrderLifeWorld } from '../../../../../test/support/builders/order-life-world.js';
import { toRecordedOrderMessage } from '../ledger/order-message.js';
import { OrderNotices } from './order-notices.pg.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let life: OrderLifeWorld;
let member: string;
const supplier = callerWith('supplier');

beforeAll(async () => {
  world = await MembershipWorld.create(10);
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
  await world.activeMember(vertou, 1_000);
  life = new OrderLifeWorld(world);
}, 60_000);
afterAll(() => world?.fresh.drop());

const statusOf = async (orderId: string) => {
  const orders = await world.recordedOrders.list(member, 0, 100);
  const found = orders.find(({ order }) => order.orderId === orderId);
  return found && toRecordedOrderMessage(found);
};
const inbox = () => life.toAcknowledge.execute({ marketCode, limit: 100, caller: supplier });

test('ORD-1: an order is notified on the day it is signed, the initial one too', async () => {
  const { order } = await world.order(member, ancenis.siren, 38, '2022-11-03');
  expect(await statusOf(order.orderId)).toMatchObject({
    status: 'NOTIFIED',
    notifiedOn: '2022-07-19',
    acknowledgedOn: '',
  });
  const waiting = await inbox();
  expect(waiting).toHaveLength(3);
  expect(waiting.map(({ recorded }) => recorded.order.kind)).toContain('INITIAL');
  expect(waiting).toContainEqual(
    expect.objectContaining({ organisationName: ancenis.name, siren: ancenis.siren }),
  );
});

test('ORD-1: the supplier acknowledges once, dated; again, or twice at once, the first day stands', async () => {
  const { order } = await world.order(member, ancenis.siren, 1, '2022-11-04');
  await world.day('2022-07-21');
  const version = (await world.ledgers.headsOf(marketCode)).map((head) => head.version);
  const events = await world.events(member);
  const ask = { orderId: order.orderId, caller: supplier };
  await Promise.all([life.acknowledge.execute(ask), life.acknowledge.execute(ask)]);
  await world.day('2022-07-25');
  expect(await life.acknowledge.execute(ask)).toMatchObject({ acknowledgedOn: '2022-07-21' });
  expect(await statusOf(order.orderId)).toMatchObject({
    status: 'ACKNOWLEDGED',
    acknowledgedOn: '2022-07-21',
  });
  expect(
    await world.count(
      "from platform.audit_entry where action = 'order.acknowledged' and rests_on = $1",
      [order.orderId],
    ),
  ).toBe(1);
  expect((await inbox()).map(({ recorded }) => recorded.order.orderId)).not.toContain(
    order.orderId,
  );
  // The ledger does not move, and nobody but the member and the supplier needs to know.
  expect((await world.ledgers.headsOf(marketCode)).map((head) => head.version)).toEqual(version);
  expect(await world.events(member)).toEqual(events);
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('ORD-1: the supplier of another market finds neither list nor order', async () => {
  const elsewhere = callerWith('supplier', { markets: ['autre'] });
  const [first] = await inbox();
  const orderId = first!.recorded.order.orderId;
  expect(await codeOf(life.acknowledge.execute({ orderId, caller: elsewhere }))).toBe('NOT_FOUND');
  expect(
    await codeOf(life.toAcknowledge.execute({ marketCode, limit: 10, caller: elsewhere })),
  ).toBe('NOT_FOUND');
  expect(await codeOf(life.acknowledge.execute({ orderId: 'unknown', caller: supplier }))).toBe(
    'NOT_FOUND',
  );
});

test('the list to acknowledge goes page by page, oldest notice first', async () => {
  const all = await inbox();
  const seen: string[] = [];
  for (let after: readonly [string, string] | undefined; ;) {
    const page = await life.toAcknowledge.execute({
      marketCode,
      limit: 1,
      ...(after ? { after } : {}),
      caller: supplier,
    });
    const { order, notifiedOn } = page[0]!.recorded;
    seen.push(order.orderId);
    if (page.length <= 1) break;
    after = [notifiedOn, order.orderId];
  }
  expect(seen).toEqual(all.map(({ recorded }) => recorded.order.orderId));
});

test('ORD-1: the member, the coordinator and the supplier print an order; another member does not', async () => {
  const [initial] = await world.recordedOrders.list(member, 0, 1);
  const { orderId } = initial!.order;
  for (const caller of [ordererOf(ancenis.siren), coordinator, supplier]) {
    const { fileName, content } = await life.print.execute({
      membershipId: member,
      orderId,
      caller,
    });
    expect(fileName).toBe(`bon-de-commande-${ancenis.siren}-BC-0001.pdf`);
    expect(content.subarray(0, 5).toString()).toBe('%PDF-');
  }
  const asked = { membershipId: member, orderId };
  expect(await codeOf(life.print.execute({ ...asked, caller: ordererOf(vertou.siren) }))).toBe(
    'NOT_FOUND',
  );
  const unknown = { membershipId: member, orderId: 'unknown', caller: coordinator };
  expect(await codeOf(life.print.execute(unknown))).toBe('NOT_FOUND');
});

test.each([
  ["update order_acknowledgement set acknowledged_on = '2022-01-01'"],
  ['delete from order_acknowledgement'],
  [
    "insert into order_acknowledgement select order_id, acknowledged_on, 'hand' from order_acknowledgement limit 1",
  ],
  [
    "insert into order_acknowledgement select id, '2022-01-01', 'hand' from purchase_order where id not in (select order_id from order_acknowledgement) limit 1",
  ],
])('ORD-1: the database refuses %s', async (sql) => {
  await expect(world.fresh.asOwner(sql)).rejects.toMatchObject({
    code: expect.stringMatching(/^23/),
  });
});

test('ORD-1: an order that somebody writes with SQL is notified too', async () => {
  const client = new JourneyClient({ connectionString: world.fresh.url });
  await client.connect();
  const { rows } = await client.query<{ ledger_position: string; ledger_head: string }>(
    'select ledger_position, ledger_head from membership where id = $1',
    [member],
  );
  const { ledger_position, ledger_head } = rows[0]!;
  const hash = createHash('sha256').update(`${ledger_head}by hand`).digest('hex');
  await client.query('begin');
  await client.query(
    `insert into purchase_order (id, membership_id, ledger_position, number, kind, signed_on, signed_by, line_count, content, previous_hash, hash)
     values ('by-hand', $1, $2, 'SQL', 'ORDINARY', '2022-07-25', 'hand', 1, 'by hand', $3, $4)`,
    [member, Number(ledger_position) + 1, ledger_head, hash],
  );
  const found = await new OrderNotices(world.database).find(client, 'by-hand');
  await client.query('rollback');
  await client.end();
  expect(found?.notifiedOn).toBe('2022-07-25');
});
