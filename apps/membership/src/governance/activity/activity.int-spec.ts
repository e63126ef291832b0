import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import {
  ancenis,
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
import { Commands } from '#libs/commands';
import { Activity } from './activity.pg.js';
import { DecidePublishedList } from './decide-published-list.js';
import { ViewActivity } from './view-activity.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
let membershipId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  membershipId = await world.activeMember(ancenis, 412);
  await world.activeMember(vertou, 900);
}, 30_000);
afterEach(() => world.fresh.drop());

const view = () =>
  new ViewActivity(new Activity(world.database), world.markets, world.businessDate);
const list = (caller: Caller, limit = 10) =>
  view().list({ marketCode, after: undefined, limit, caller });
const decide = (content: 'NOTHING' | 'NAMES', reason = 'Décision fictive du COPIL') =>
  new DecidePublishedList(
    new Commands(world.unitOfWork, world.businessDate),
    new Activity(world.database),
    world.markets,
  ).execute({ idempotencyKey: randomUUID(), marketCode, content, reason, caller: coordinator });
const published = () =>
  view().published({
    marketCode,
    after: undefined,
    limit: 10,
    caller: ordererOf(ancenis.siren),
  });

test('GOV-1: C, O and margin of the day, 0 before the membership and from its end on', async () => {
  const figuresOn = async (day: string) => {
    await world.day(day);
    const { members } = await list(coordinator);
    return members[0]?.figures[0];
  };
  expect(await figuresOn('2022-07-18')).toMatchObject({ commitment: 0, ordered: 0 });
  expect(await figuresOn('2022-07-19')).toMatchObject({ commitment: 412, ordered: 412 });
  await world.order(membershipId, ancenis.siren, 38, '2022-09-01');
  expect(await figuresOn('2022-08-31')).toMatchObject({ ordered: 412 });
  expect(await figuresOn('2022-09-01')).toMatchObject({ itemCode, commitment: 412, ordered: 450 });
  expect((await list(coordinator)).members[0]).toMatchObject({ ordersSigned: 2, status: 'ACTIVE' });
  expect(await figuresOn('2026-07-18')).toMatchObject({ ordered: 450 });
  expect(await figuresOn('2026-07-19')).toMatchObject({ commitment: 0, ordered: 0 });
});

test('GOV-1, ADH-5: C of the day is what a succession has left and moved', async () => {
  const giver = (await world.applyAs(tardiere)).membershipId;
  await world.enterAndAccept(giver, 'UAI;Nombre\n0850001P;100\n0850002R;60\n');
  const successions = new SuccessionWorld(world);
  await successions.day('2022-12-31');
  const part = { kind: 'PARTIAL' as const, annexe2Lines: [2] };
  await successions.execute([successions.planOf(giver, vertou, '2023-01-01', part)]);
  const commitments = async () => {
    const { members } = await list(coordinator);
    return members.map(({ organisationName, figures }) => [
      organisationName,
      figures[0]?.commitment,
    ]);
  };
  expect(await commitments()).toEqual([
    ['Ancenis-Saint-Géréon', 412],
    ['La Tardière', 160],
    ['Vertou', 900],
  ]);
  await successions.day('2023-01-01');
  expect(await commitments()).toEqual([
    ['Ancenis-Saint-Géréon', 412],
    ['La Tardière', 60],
    ['Vertou', 1_000],
  ]);
  const { figures } = await view().totals({ marketCode, caller: coordinator });
  expect(figures[0]).toMatchObject({ commitment: 1_472 });
});

test('GOV-1, SUP-3: a member gets its own detail and the group’s totals, the coordinator all', async () => {
  await world.day('2022-09-01');
  await world.financeSchool.execute({
    idempotencyKey: randomUUID(),
    membershipId,
    uai: ancenis.uai as never,
    insee: ancenis.insee as never,
    from: '2022-09-01' as never,
    territoryException: '',
    caller: coordinator,
  });
  const own = await list(ordererOf(ancenis.siren));
  expect(own.members.map((one) => one.organisationName)).toEqual([ancenis.name]);
  expect((await list(coordinator)).members).toHaveLength(2);
  expect((await list(coordinator, 1)).members).toHaveLength(2);
  expect(await view().totals({ marketCode, caller: ordererOf(ancenis.siren) })).toEqual({
    on: '2022-09-01',
    members: 2,
    figures: [{ itemCode, label: 'Compte élève', commitment: 1_312, ordered: 1_312 }],
    schoolsFinanced: 1,
    ordersSigned: 2,
  });
  const homeless = { ...ordererOf(ancenis.siren), organisationId: undefined } as unknown as Caller;
  await expect(list(homeless)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('GOV-1: names are published by a dated decision of the coordinator, and no longer by the next one', async () => {
  await world.day('2022-09-01');
  expect(await published()).toEqual({ decision: undefined, members: [] });
  await expect(decide('NAMES', ' ')).rejects.toMatchObject({ code: 'PUBLICATION_INVALID' });
  await decide('NAMES');
  expect(await published()).toMatchObject({
    decision: { content: 'NAMES', decidedOn: '2022-09-01' },
    members: [{ organisationName: ancenis.name }, { organisationName: vertou.name }],
  });
  await world.day('2022-09-02');
  await decide('NOTHING', '');
  expect(await published()).toMatchObject({ decision: { content: 'NOTHING' }, members: [] });
  await expect(world.fresh.asOwner('delete from published_list_decision')).rejects.toThrow('never');
});
