import { jest } from '@jest/globals';
import {
  ancenis,
  coordinator,
  itemCode,
  MembershipWorld,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { aLine, OrderLifeWorld } from '../../../../../test/support/builders/order-life-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let life: OrderLifeWorld;
let member: string;
let other: string;

// An item for each test, so that their waiting lists do not meet.
const items = [
  { code: 'GIVEN_UP', label: 'Compte responsable', profile: 'RELATIVE' },
  { code: 'BY_HAND', label: 'Compte enseignant', profile: 'TEACHER' },
  { code: 'SIGNED_LATER', label: 'Compte agent', profile: 'PERSONNEL' },
  { code: 'ENDED', label: 'Compte partenaire', profile: 'GUEST' },
] as const;

const start = async (overQuota: 'WAIT' | 'DRAFT_ORDER') => {
  world = await MembershipWorld.create(10);
  await world.day('2022-01-14');
  await world.publishMarket((file) => {
    file.accounts.overQuota = overQuota;
    file.items.push(...items);
  });
  await world.day('2022-07-19');
  member = await active(ancenis, 412);
  other = await active(vertou, 1_000);
  life = new OrderLifeWorld(world);
};
const active = async (organisation: typeof ancenis, commitment: number) => {
  const { membershipId } = await world.applyAs(organisation);
  const csv = `UAI;Catégorie;Nombre\n${organisation.uai};élève;${commitment}\n`;
  await world.enterAndAccept(membershipId, csv);
  return membershipId;
};
const drafts = async (membershipId = member, of = itemCode) => {
  const found = await life.view.list({ membershipId, limit: 100, caller: coordinator });
  return found.drafts.map(({ draft }) => draft).filter((draft) => draft.itemCode === of);
};
const open = async (membershipId = member, of = itemCode) =>
  (await drafts(membershipId, of)).filter(({ status }) => status === 'DRAFT');

describe('a market that drafts orders', () => {
  beforeAll(() => start('DRAFT_ORDER'), 60_000);
  afterAll(() => world?.fresh.drop());

  test('PRV-2: one draft follows the seats that are missing, and goes when nobody waits', async () => {
    const orders = await world.count('from purchase_order');
    await life.tellSeats({ membershipId: member, waiting: 12 });
    const [draft] = await open();
    expect(draft).toMatchObject({
      cause: 'OVER_QUOTA',
      preparedBy: 'system:over-quota',
      preparedOn: '2022-07-19',
      lines: [aLine(12, '2022-07-19')],
    });
    await life.tellSeats({ membershipId: member, waiting: 12 });
    expect(await drafts()).toEqual([draft]);
    await life.tellSeats(
      { membershipId: member, waiting: 20 },
      { membershipId: other, waiting: 3 },
      { membershipId: member, waiting: 5, tolerated: 2 },
    );
    expect(await drafts()).toMatchObject([
      { draftId: draft?.draftId, version: 2, lines: [{ delta: 7 }] },
    ]);
    expect(await open(other)).toMatchObject([{ lines: [{ delta: 3 }] }]);
    // Nobody but the orderer commits money.
    expect(await world.count('from purchase_order')).toBe(orders);
  });

  test('PRV-2: the database keeps one such draft per membership and item', async () => {
    await expect(
      world.database.query(
        `insert into order_draft (id, membership_id, lines, cause, item_code, prepared_by, prepared_on, changed_by)
         select 'second', membership_id, lines, cause, item_code, prepared_by, prepared_on, changed_by
           from order_draft limit 1`,
      ),
    ).rejects.toMatchObject({ code: '23505' });
    await life.tellSeats({ membershipId: member, waiting: 0 });
    expect(await drafts()).toMatchObject([{ status: 'CANCELLED', version: 3 }]);
  });

  test('PRV-2: what the orderer changed is left alone, and no second one is prepared beside it', async () => {
    const seats = { membershipId: member, itemCode: 'BY_HAND' };
    await life.tellSeats({ ...seats, waiting: 12 });
    const [draft] = await open(member, 'BY_HAND');
    await life.change(member, draft!.draftId, 1, [aLine(4, '2022-09-01', 'BY_HAND')]);
    await life.tellSeats({ ...seats, waiting: 30 });
    await life.tellSeats({ ...seats, waiting: 0 });
    expect(await drafts(member, 'BY_HAND')).toMatchObject([
      { version: 2, status: 'DRAFT', lines: [aLine(4, '2022-09-01', 'BY_HAND')] },
    ]);
  });

  test('PRV-2: what the orderer gave up comes back only with another figure', async () => {
    const seats = { membershipId: member, itemCode: 'GIVEN_UP' };
    await life.tellSeats({ ...seats, waiting: 12 });
    const [draft] = await open(member, 'GIVEN_UP');
    await life.cancel(member, draft!.draftId, 1);
    await life.tellSeats({ ...seats, waiting: 12 });
    expect(await open(member, 'GIVEN_UP')).toEqual([]);
    await life.tellSeats({ ...seats, waiting: 13 });
    expect(await open(member, 'GIVEN_UP')).toMatchObject([{ lines: [{ delta: 13 }] }]);
  });

  test('PRV-2: signed on a later day, it takes effect on that day; the next figure begins a new one', async () => {
    const seats = { membershipId: member, itemCode: 'SIGNED_LATER' };
    await life.tellSeats({ ...seats, waiting: 12 });
    const [draft] = await open(member, 'SIGNED_LATER');
    await world.day('2022-09-05');
    const { order } = await life.sign(member, draft!.draftId, 1);
    const lines = [aLine(12, '2022-09-05', 'SIGNED_LATER')];
    expect(order.lines).toEqual(lines);
    await life.tellSeats({ ...seats, waiting: 2 });
    expect(await drafts(member, 'SIGNED_LATER')).toMatchObject([
      { status: 'DRAFT', lines: [aLine(2, '2022-09-05', 'SIGNED_LATER')] },
      { status: 'SIGNED', orderId: order.orderId, lines },
    ]);
  });

  test('PRV-2: of an ended membership nothing is drafted, and what was is cancelled', async () => {
    const seats = { membershipId: member, itemCode: 'ENDED' };
    await life.tellSeats({ ...seats, waiting: 12 });
    await world.day('2026-07-19');
    const theirs = { ...seats, membershipId: other };
    await life.tellSeats({ ...seats, waiting: 12 }, { ...theirs, waiting: 1 });
    expect(await drafts(member, 'ENDED')).toMatchObject([{ status: 'CANCELLED' }]);
    expect(await drafts(other, 'ENDED')).toEqual([]);
  });

  test('PRV-2: of a membership that is not here nothing is kept', async () => {
    await life.tellSeats({ membershipId: 'unknown', waiting: 1 });
    expect(await world.count("from seats_missing where membership_id = 'unknown'")).toBe(0);
  });
});

test('PRV-2: a market that only lets wait has no drafts of the system', async () => {
  await start('WAIT');
  await life.tellSeats({ membershipId: member, waiting: 12 });
  expect(await drafts()).toEqual([]);
  await world.fresh.drop();
});
