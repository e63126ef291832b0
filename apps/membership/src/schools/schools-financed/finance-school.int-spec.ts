import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { callerOf } from '#libs/testing';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
}, 30_000);
afterEach(() => world.fresh.drop());

const link = (
  membershipId: string,
  over: { insee?: string; from?: string; exception?: string; caller?: Caller } = {},
) => world.finance(membershipId, ancenis.uai, over.insee ?? ancenis.insee, over);

test('SCH-1: two members that take one school at once: one does', async () => {
  const mine = await world.activeMember(ancenis, 412);
  const other = await world.activeMember(vertou, 1_000);
  const outcomes = await Promise.all([
    codeOf(link(mine)),
    codeOf(link(other, { exception: 'Regroupement pédagogique', from: '2022-09-01' })),
  ]);
  expect(outcomes.filter((code) => code === undefined)).toHaveLength(1);
  expect(outcomes).toContain('SCHOOL_ALREADY_FINANCED');
  expect(await world.count('from school_link')).toBe(1);
  const events = [...(await world.events(mine)), ...(await world.events(other))];
  expect(events.filter((type) => type === 'SchoolFinanced')).toHaveLength(1);
});

test('SCH-1: the territory binds, and the same link again changes nothing', async () => {
  const mine = await world.activeMember(ancenis, 412);
  expect(await codeOf(link(mine, { insee: '44109' }))).toBe('SCHOOL_OUTSIDE_TERRITORY');
  const first = await link(mine);
  expect(await link(mine)).toEqual(first);
  expect(await world.count('from school_link')).toBe(1);
  expect((await world.ledgers.headsOf(marketCode))[0]?.version).toBe(5);
});

test('SCH-1: once the directory has told of a school, its word counts and nobody contradicts it', async () => {
  const mine = await world.activeMember(ancenis, 412);
  const school = { uai: ancenis.uai, insee: '44109', public: true };
  await world.tellSchools({ ...school, insee: '44003' }, school);
  expect(await codeOf(link(mine))).toBe('SCHOOL_INSEE_CONTRADICTED');
  expect(await codeOf(link(mine, { insee: '' }))).toBe('SCHOOL_OUTSIDE_TERRITORY');
  await world.tellSchools({ ...school, insee: '44003', public: false });
  expect(await codeOf(link(mine))).toBe('SCHOOL_NOT_PUBLIC');
  await world.tellSchools({ ...school, insee: '44003' });
  expect(await codeOf(link(mine, { insee: '' }))).toBeUndefined();
  expect(await world.count("from school_link where insee = '44003'")).toBe(1);
});

test('SCH-1: of a school that the directory has not told of, or told without its commune, the coordinator answers', async () => {
  const mine = await world.activeMember(ancenis, 412);
  expect(await codeOf(link(mine, { insee: '' }))).toBe('SCHOOL_COMMUNE_UNKNOWN');
  expect(await codeOf(link(mine, { caller: ordererOf(ancenis.siren) }))).toBe(
    'SCHOOL_COMMUNE_UNKNOWN',
  );
  await world.tellSchools({ uai: ancenis.uai, insee: '', public: true });
  expect(await codeOf(link(mine, { insee: '' }))).toBe('SCHOOL_COMMUNE_UNKNOWN');
  await world.tellSchoolGone(ancenis.uai);
  expect(await world.count('from school')).toBe(0);
  expect(await codeOf(link(mine))).toBeUndefined();
});

test('SUP-3: a role that reads every member gives no right to write for another', async () => {
  const theirs = await world.activeMember(vertou, 1_000);
  await world.tellSchools({ uai: vertou.uai, insee: vertou.insee, public: true });
  const caller = callerOf({
    ...ordererOf(ancenis.siren),
    roles: ['member-orderer', 'support-1', 'supplier'],
  });
  expect(await codeOf(link(theirs, { insee: '', caller }))).toBe('NOT_FOUND');
  const order = world.signOrder.execute({
    idempotencyKey: 'k',
    membershipId: theirs,
    lines: [{ itemCode, effectiveFrom: localDate('2022-09-01'), delta: 1 }],
    caller,
  });
  expect(await codeOf(order)).toBe('NOT_FOUND');
});
