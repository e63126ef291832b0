import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localDate } from '#libs/time';
import { people } from '../../deploy/local/demo/players.js';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { ManyMembers } from '../support/market/many-members.js';
import { daysFrom, OrderClients } from '../support/market/order-clients.js';
import { OrderBooks } from '../support/market/order-books.js';
import { startStatedSeats } from '../support/stated-seats.js';

/**
 * Goal: ORD-2, ORD-3, ORD-6 and ORD-7 where they are hardest: 50 clients that change the orders of 20
 * members at random, 2,000 changes in all (`npm run prove -- order-races`: 10,000), while membership is killed twice. Method: each client asks
 * again with the same key until it is answered, and keeps the answer; then the books are summed anew
 * from the bare lines and compared with every answer, with membership's own view and with the copy of a
 * consumer. The maximum lies where the changes reach it. A kill that found nothing under way fails.
 */
const memberCount = 20;
const clientCount = 50;
const isProof = process.env['PROVE'] === '1';
const changesEach = isProof ? 200 : 40;
/** 3,350 are committed: so much beyond it that the changes reach it. */
const groupMaximum = isProof ? 4_600 : 3_600;
const total = clientCount * changesEach;
const firstDay = localDate('2022-07-19');

let dir: string;
let stack: Stack;
let market: ManyMembers;
let clients: OrderClients;
let books: OrderBooks;
let seats: Awaited<ReturnType<typeof startStatedSeats>>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-order-races-'));
  seats = await startStatedSeats();
  stack = await startStack({
    dir,
    throwAway: true,
    environment: {},
    processes: ['issuer', 'membership', 'billing'],
    env: { membership: { PROVISIONING_RPC: seats.address } },
  });
  market = new ManyMembers(stack.env, memberCount, ['membership', 'billing'], groupMaximum);
  await market.join();
  books = await OrderBooks.open(stack, market.marketCode);
  const ids = await market.membershipIds();
  const members = market.members.map((member) => ({
    membershipId: ids.get(member.siren) ?? '',
    orderer: people.ordererOf(member),
  }));
  clients = new OrderClients(
    stack.env,
    members,
    await books.itemCode(),
    daysFrom(localDate('2022-07-20'), 40, 30),
  );
}, 240_000);

afterAll(async () => {
  clients?.close();
  await books?.close();
  market?.close();
  await stack?.stop();
  seats?.stop();
  removeStack(dir);
}, 60_000);

test(`ORD-2, ORD-3, ORD-6, ORD-7: ${total} random changes at once, the service killed twice: no violation, none lost, none twice`, async () => {
  const begun = performance.now();
  const racing = Promise.all(
    Array.from({ length: clientCount }, (_, seed) => clients.run(changesEach, seed + 1)),
  );
  const struck = [await killAt(0.3), await killAt(0.65)];
  await racing;
  const seconds = (performance.now() - begun) / 1_000;

  expect(clients.unanswered).toBeGreaterThan(0);
  expect(clients.done).toBe(total);
  expect(clients.contradictions).toEqual([]);

  await market.untilAllStandAt(firstDay);
  const orders = await books.orders();
  const signed = clients.kept.filter(({ orderId }) => orderId !== undefined);
  const refusals = tally(clients.kept.flatMap(({ refused }) => refused ?? []));
  // Each key has one effect, and the ledger holds nothing else.
  expect(signed.map(effectOf).sort()).toEqual(orders.map(({ effect }) => effect).sort());
  expect(await books.answers()).toEqual(
    new Map(clients.kept.map(({ key, orderId, refused }) => [key, orderId ?? refused])),
  );

  const { belowCommitment, highest } = await books.sumAnew();
  expect(belowCommitment).toEqual([]);
  expect(highest).toBeLessThanOrEqual(groupMaximum);
  expect(await books.viewsThatDiffer()).toEqual([]);
  const { violations, orders: checked } = await books.checkLedgers();
  expect(violations).toEqual([]);
  // The initial orders too, of those who committed to something.
  expect(checked).toBe(orders.length + memberCount);
  expect(await books.copyThatDiffers()).toEqual([]);

  // The changes went to both bounds, or the bounds were not tried.
  expect(Object.keys(refusals).sort()).toEqual(['ABOVE_MAXIMUM', 'BELOW_COMMITMENT']);

  const figures = {
    seconds: Math.round(seconds * 10) / 10,
    changesPerSecond: Math.round(total / seconds),
    signed: signed.length,
    refusals,
    repeats: clients.kept.reduce((sum, { repeats }) => sum + repeats, 0),
    unanswered: clients.unanswered,
    underWayAtKill: struck.map(({ underWay }) => underWay),
    highest: `${highest} of ${groupMaximum}`,
  };
  console.log(JSON.stringify(figures));
}, 600_000);

/** SIGKILL in the middle of what is under way, once this share of the changes is answered. */
async function killAt(share: number): Promise<{ underWay: number }> {
  while (clients.done < total * share || clients.underWay === 0) {
    if (clients.done === total) throw new Error('all was answered before the service was killed');
    await sleep(1);
  }
  const { underWay } = clients;
  const restarts = stack.restartsOf('membership');
  stack.kill('membership');
  // Ready or not: who has changes to make finds it as soon as it serves, and may be done before a look at it says so.
  while (stack.restartsOf('membership') === restarts) await sleep(10);
  return { underWay };
}

const effectOf = ({ orderId, member, line }: OrderClients['kept'][number]) =>
  `${orderId} ${member.membershipId} ${line.effectiveFrom} ${line.delta}`;

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
