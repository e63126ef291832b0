import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import {
  SuccessionWorld,
  tardiere,
} from '../../../../../test/support/builders/succession-world.js';
import { type MarginKey, Margins, type MarginsAsked, type MemberMargin } from './margins.pg.js';
import { ViewMargins } from './view-margins.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

const otherItem = 'COMPTE_AGENT';
let world: MembershipWorld;
let first: string;
let second: string;

/** Two items; a group and a member may have so much of the first. Ancenis committed to 100, Vertou to 40. */
async function group({ floorScope = 'ITEM', on = '2022-07-19' } = {}) {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket((file) => {
    Object.assign(file, { floorScope });
    const [item] = file.items;
    Object.assign(item!, { groupMaximum: 1_000, memberMaximum: 400 });
    file.items.push({
      ...item!,
      code: otherItem,
      label: 'Compte agent',
      groupMaximum: 0,
      memberMaximum: 0,
    });
  });
  await world.day(on);
  first = await member(ancenis, 100);
  second = await member(vertou, 40);
}
async function member(town: typeof ancenis, quantity: number) {
  const { membershipId } = await world.applyAs(town);
  const csv = `UAI;Catégorie;Nombre\n${town.uai};Compte élève;${quantity}\n`;
  await world.enterAndAccept(membershipId, csv);
  return membershipId;
}
afterEach(() => world.fresh.drop());

const view = () => new ViewMargins(new Margins(world.database), world.markets, world.businessDate);
const asked = (
  over: Partial<
    MarginsAsked & { after: MarginKey; limit: number; caller: typeof coordinator }
  > = {},
) =>
  view().margins({
    marketCode,
    bound: 'FLOOR',
    accounts: undefined,
    percent: undefined,
    after: undefined,
    limit: 50,
    caller: coordinator,
    ...over,
  });
const lines = ({ margins }: { margins: readonly MemberMargin[] }) =>
  margins.map(
    ({ organisationName, itemCode: item, on, ordered, bound, margin }) =>
      `${organisationName} ${item} ${on}: ${ordered} - ${bound} = ${margin}`,
  );
const orderOf = (id: string, siren: string, delta: number, day: string, ofItem = itemCode) =>
  world.signOrder.execute({
    confirmedSeatsLost: 0,
    idempotencyKey: randomUUID(),
    membershipId: id,
    lines: [{ itemCode: ofItem, effectiveFrom: localDate(day), delta }],
    caller: ordererOf(siren),
  });

test('ORD-2: the nearest to its floor comes first, on the first day on which least is left, planned changes included', async () => {
  await group();
  await orderOf(first, ancenis.siren, 60, '2022-09-01');
  await orderOf(first, ancenis.siren, -30, '2023-09-01');
  await orderOf(first, ancenis.siren, 20, '2024-09-01');
  await orderOf(second, vertou.siren, 5, '2022-07-19');
  // No row for the item that nobody committed to.
  expect(lines(await asked())).toEqual([
    'Ancenis-Saint-Géréon COMPTE_ELEVE 2022-07-19: 100 - 100 = 0',
    'Vertou COMPTE_ELEVE 2022-07-19: 45 - 40 = 5',
  ]);
  // What was before today no longer counts.
  await world.day('2022-09-01');
  expect(lines(await asked())).toEqual([
    'Vertou COMPTE_ELEVE 2022-09-01: 45 - 40 = 5',
    'Ancenis-Saint-Géréon COMPTE_ELEVE 2023-09-01: 130 - 100 = 30',
  ]);
});

test('ORD-2: so many accounts or percent left, both sides of each', async () => {
  await group();
  await orderOf(first, ancenis.siren, 30, '2022-07-19');
  await orderOf(second, vertou.siren, 5, '2022-07-19');
  const names = async (over: Partial<MarginsAsked>) =>
    (await asked(over)).margins.map(({ organisationName }) => organisationName);
  expect(await names({ accounts: 4 })).toEqual([]);
  expect(await names({ accounts: 5 })).toEqual(['Vertou']);
  expect(await names({ accounts: 29 })).toEqual(['Vertou']);
  expect(await names({ accounts: 30 })).toEqual(['Vertou', 'Ancenis-Saint-Géréon']);
  // 5 of 40 is 12.5 %, 30 of 100 is 30 %.
  expect(await names({ percent: 12 })).toEqual([]);
  expect(await names({ percent: 13 })).toEqual(['Vertou']);
  expect(await names({ percent: 29 })).toEqual(['Vertou']);
  expect(await names({ percent: 30 })).toEqual(['Vertou', 'Ancenis-Saint-Géréon']);
  expect(await names({ percent: 30, accounts: 5 })).toEqual(['Vertou']);
});

test('ORD-2: where the commitment binds all items together, they are one row', async () => {
  await group({ floorScope: 'TOTAL' });
  await orderOf(first, ancenis.siren, 25, '2022-09-01', otherItem);
  await orderOf(first, ancenis.siren, -10, '2022-10-01');
  await world.day('2022-09-01');
  expect(lines(await asked())).toEqual([
    'Vertou * 2022-09-01: 40 - 40 = 0',
    'Ancenis-Saint-Géréon * 2022-10-01: 115 - 100 = 15',
  ]);
});

test('ORD-6: near the maximum of a member, on the day of its peak', async () => {
  await group();
  await orderOf(first, ancenis.siren, 260, '2022-09-01');
  await orderOf(first, ancenis.siren, -200, '2023-01-01');
  expect(lines(await asked({ bound: 'MAXIMUM' }))).toEqual([
    'Ancenis-Saint-Géréon COMPTE_ELEVE 2022-09-01: 360 - 400 = 40',
    'Vertou COMPTE_ELEVE 2022-07-19: 40 - 400 = 360',
  ]);
  expect((await asked({ bound: 'MAXIMUM', percent: 10 })).margins).toHaveLength(1);
  expect((await asked({ bound: 'MAXIMUM', percent: 9 })).margins).toHaveLength(0);
});

test('ADH-6: one that begins later counts from its first day, one that has ended no more', async () => {
  await group({ on: '2022-07-01' });
  expect(lines(await asked())).toEqual([
    'Ancenis-Saint-Géréon COMPTE_ELEVE 2022-07-19: 100 - 100 = 0',
    'Vertou COMPTE_ELEVE 2022-07-19: 40 - 40 = 0',
  ]);
  await world.day('2026-07-18');
  expect((await asked()).margins).toHaveLength(2);
  await world.day('2026-07-19');
  expect((await asked()).margins).toEqual([]);
});

test.each(['ITEM', 'TOTAL'])(
  'ADH-5: the floor is what a succession has left and moved, floor scope %s',
  async (floorScope) => {
    await group({ floorScope });
    const giver = (await world.applyAs(tardiere)).membershipId;
    const csv = 'UAI;Catégorie;Nombre\n0850001P;Compte élève;100\n0850002R;Compte élève;60\n';
    await world.enterAndAccept(giver, csv);
    await orderOf(giver, tardiere.siren, 8, '2022-07-19');
    const successions = new SuccessionWorld(world);
    const part = { kind: 'PARTIAL' as const, annexe2Lines: [2] };
    await successions.execute([successions.planOf(giver, vertou, '2022-09-01', part)]);
    await successions.day('2022-09-01');
    const { margins } = await asked();
    const bounds = Object.fromEntries(margins.map((row) => [row.organisationName, row.bound]));
    expect(bounds).toEqual({ 'Ancenis-Saint-Géréon': 100, 'La Tardière': 60, Vertou: 140 });
    expect(margins.reduce((sum, { margin }) => sum + margin, 0)).toBe(8);
  },
);

test('a list of pages of one gives every row once, in the same order', async () => {
  await group();
  const all = (await asked({ bound: 'MAXIMUM' })).margins;
  const paged: MemberMargin[] = [];
  for (let after: MarginKey | undefined; ;) {
    const [row, more] = (await asked({ bound: 'MAXIMUM', limit: 1, ...(after ? { after } : {}) }))
      .margins;
    if (row) paged.push(row);
    if (!row || !more) break;
    after = [row.margin, row.organisationName, row.membershipId, row.itemCode];
  }
  expect(paged).toEqual(all);
  expect(paged).toHaveLength(2);
});

test('ORD-6: the ceilings of the group, with the peak to come and its warning; SUP-1: of one’s own market', async () => {
  await group();
  await orderOf(first, ancenis.siren, 300, '2023-09-01');
  await orderOf(second, vertou.siren, 360, '2023-09-01');
  await orderOf(first, ancenis.siren, -300, '2024-09-01');
  const { on, ceilings } = await view().ceilings({ marketCode, caller: coordinator });
  expect(on).toBe('2022-07-19');
  expect(ceilings).toMatchObject([
    {
      itemCode,
      groupMaximum: 1000,
      memberMaximum: 400,
      orderedToday: 140,
      peak: 800,
      peakOn: '2023-09-01',
      usedPerMille: 800,
      warningPercent: 80,
      steps: [
        { from: '2022-07-19', quantity: 140 },
        { from: '2023-09-01', quantity: 800 },
        { from: '2024-09-01', quantity: 500 },
      ],
    },
    { itemCode: otherItem, groupMaximum: 0, peak: 0, warning: '' },
  ]);
  const stranger = callerWith('coordinator', { markets: ['autre'] });
  const refused = { code: 'NOT_FOUND' };
  await expect(view().ceilings({ marketCode, caller: stranger })).rejects.toMatchObject(refused);
  await expect(asked({ caller: stranger })).rejects.toMatchObject(refused);
});
