import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  ancenis,
  itemCode,
  MembershipWorld,
  ordererOf,
} from '../../../../../test/support/builders/membership-world.js';
import { localDate } from '#libs/time';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let member: string;

beforeAll(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
  await world.order(member, ancenis.siren, 88, '2022-09-01');
  await world.day('2022-09-05');
  world.seats.held.set(member, [{ itemCode, held: 494, schools: [] }]);
}, 60_000);
afterEach(() => (world.seats.isSilent = false));
afterAll(() => world?.fresh.drop());

const orders = () => world.count('from purchase_order');
const answers = () => world.count('from platform.idempotent_answer');
const preview = (delta: number) =>
  world.previewOrder.execute({
    membershipId: member,
    lines: [{ itemCode, effectiveFrom: localDate('2022-11-01'), delta }],
    caller: ordererOf(ancenis.siren),
  });
const decrease = (delta: number, confirmed: number, key: string = randomUUID()) =>
  world.order(member, ancenis.siren, delta, '2022-11-01', key, confirmed);

test('PRV-7: the preview of a decrease says how many would lose their seat', async () => {
  expect(await preview(-20)).toMatchObject({
    refusals: [],
    seatsLost: [{ itemCode, held: 494, lost: 14 }],
  });
  expect((await preview(-6)).seatsLost).toEqual([]);
  expect((await preview(20)).seatsLost).toEqual([]);
});

test('PRV-7: signing needs the figure confirmed, and says it where it is not', async () => {
  const before = await orders();
  const key = randomUUID();
  await expect(decrease(-20, 0, key)).rejects.toMatchObject({
    code: 'SEATS_LOST_UNCONFIRMED',
    details: { seatsLost: 14, held: 494, confirmed: 0 },
  });
  // The same key gives the same refusal; a confirmation is another request.
  await expect(decrease(-20, 0, key)).rejects.toMatchObject({ code: 'SEATS_LOST_UNCONFIRMED' });
  await expect(decrease(-20, 14, key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  await expect(decrease(-20, 13)).rejects.toMatchObject({ details: { seatsLost: 14 } });
  expect(await orders()).toBe(before);
});

test('ORD-2 before PRV-7: what the floor forbids is said first, whatever is confirmed', async () => {
  await expect(decrease(-200, 0)).rejects.toMatchObject({ code: 'BELOW_COMMITMENT' });
});

test('PRV-7: where provisioning does not answer nothing is written, and the same key works later', async () => {
  const before = { orders: await orders(), answers: await answers() };
  const key = randomUUID();
  world.seats.isSilent = true;
  await expect(preview(-20)).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(decrease(-20, 14, key)).rejects.toMatchObject({ kind: 'unavailable' });
  expect({ orders: await orders(), answers: await answers() }).toEqual(before);
  // An increase asks nobody.
  await world.order(member, ancenis.siren, 1, '2022-09-06');
  world.seats.isSilent = false;
  const { order } = await decrease(-20, 14, key);
  // Signed once: the repetition gets its first answer, also while provisioning is away.
  world.seats.isSilent = true;
  expect((await decrease(-20, 14, key)).order.orderId).toBe(order.orderId);
  expect(await orders()).toBe(before.orders + 2);
});
