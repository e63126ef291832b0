import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  callerWith,
  itemCode,
  marketCode,
  MembershipWorld,
  vertou,
  ancenis,
  ordererOf,
} from '../../../../../test/support/builders/membership-world.js';
import { SuccessionInPart } from '../../../../../test/support/builders/succession-in-part.js';
import { SuccessionWorld } from '../../../../../test/support/builders/succession-world.js';
import { randomUUID } from 'node:crypto';

jest.setTimeout(60_000);

describe('a commitment that moves', () => {
  let world: MembershipWorld;
  let giver: string;
  let heir: string;
  let planned: string;

  beforeAll(async () => {
    const successions = await SuccessionWorld.begin();
    ({ world } = successions);
    const inPart = await SuccessionInPart.begin(successions);
    ({ old: giver, heir } = inPart);
    inPart.hold(100);
    await successions.execute([inPart.plan()]);
    await successions.day('2023-01-01');
    const later = inPart.plan({ annexe2Lines: [4], effectiveOn: localDate('2023-06-01') });
    planned = (await successions.execute([later]))[0] ?? '';
  }, 60_000);
  afterAll(() => world?.fresh.drop());

  /** What the database judges of a change at once, undone afterwards: which decision it rests on is judged later. */
  const move = async (delta: number, from: string): Promise<string> => {
    const undone = new Error('undone');
    return world.unitOfWork
      .run(async (tx) => {
        await tx.query('set constraints commitment_change_keeps_the_floor immediate');
        await tx.query(
          `insert into commitment_change (membership_id, item_code, effective_from, delta, succession_id, recorded_on)
           values ($1, $2, $3, $4, $5, '2022-07-19')`,
          [giver, itemCode, from, delta, planned],
        );
        throw undone;
      })
      .catch((error: unknown) => (error === undone ? 'taken' : (error as Error).message));
  };

  test('ADH-5, ORD-2: the database holds O at C of every day, wherever C moves', async () => {
    expect(await move(12, '2023-10-01')).toBe('taken');
    expect(await move(13, '2023-10-01')).toMatch('BELOW_COMMITMENT');
    const ledger = await world.ledgers.find(heir);
    expect(ledger?.items[0]?.commitment).toEqual([
      { from: '2022-07-19', quantity: 50 },
      { from: '2023-01-01', quantity: 150 },
    ]);
    await world.order(heir, vertou.siren, 10, '2023-01-01');
    await expect(world.order(heir, vertou.siren, -11, '2023-02-01')).rejects.toMatchObject({
      code: 'BELOW_COMMITMENT',
      details: { shortfalls: [{ firstDay: '2023-02-01', wouldBe: 149, commitment: 150 }] },
    });
    await world.order(heir, vertou.siren, -10, '2023-02-01');
    expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
  });

  test('ADH-5: what leaves cannot be more than what was committed, nor lie outside the membership', async () => {
    expect(await move(-312, '2023-03-01')).toBe('taken');
    expect(await move(-313, '2023-03-01')).toMatch('COMMITMENT_NEGATIVE');
    // More leaves before it goes than is there afterwards: negative from then on.
    expect(await move(-400, '2022-10-01')).toMatch('COMMITMENT_NEGATIVE');
    for (const day of ['2022-07-18', '2026-07-19']) {
      expect(await move(-1, day)).toMatch('lies outside its membership');
    }
    await expect(world.fresh.asOwner('delete from commitment_change')).rejects.toThrow();
    const view = await world.list.find({
      membershipId: giver,
      caller: callerWith('coordinator'),
    });
    expect(view.commitment).toEqual([{ itemCode, quantity: 312 }]);
  });
});

describe('seats that would be lost', () => {
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
});
