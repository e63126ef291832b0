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
  coordinator,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { callerOf } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import type { InseeCode, Uai } from '#libs/identifiers';

jest.setTimeout(60_000);

describe('finances a school', () => {
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
});

/** Goal: what the caller is told to be financed is financed. Method: end a link on its first day, begin it again. */
describe('finances it again', () => {
  let world: MembershipWorld;
  let member: string;
  const uai = ancenis.uai as Uai;
  const day = localDate('2022-09-01');

  beforeEach(async () => {
    world = await MembershipWorld.create();
    await world.day('2022-01-14');
    await world.publishMarket();
    await world.day('2022-07-19');
    member = await world.activeMember(ancenis, 412);
  });
  afterEach(() => world.fresh.drop());

  const finance = (membershipId: string) =>
    world.financeSchool.execute({
      idempotencyKey: randomUUID(),
      membershipId,
      uai,
      from: day,
      insee: ancenis.insee as InseeCode,
      territoryException: 'Regroupement pédagogique intercommunal',
      caller: coordinator,
    });
  const takeBack = () =>
    world.endSchoolFinancing.execute({
      ...{ idempotencyKey: randomUUID(), membershipId: member, uai, endsOn: day },
      ...{ reason: 'RECORDING_ERROR', documentId: '', caller: coordinator },
    });
  const links = async () => {
    const { rows } = await world.database.query<{ link: string }>(
      `select starts_on || ' ' || ends_on as link from school_link where membership_id = $1 order by ends_on`,
      [member],
    );
    return rows.map(({ link }) => link);
  };

  test('SCH-1: what was taken back whole is financed again from the same day, and told', async () => {
    await finance(member);
    await takeBack();
    expect(await finance(member)).toMatchObject({ startsOn: day, endsOn: '2026-07-19' });
    expect(await links()).toEqual([`${day} ${day}`, `${day} 2026-07-19`]);
    expect((await world.events(member)).slice(-3)).toEqual([
      'SchoolFinanced',
      'SchoolFinancingEnded',
      'SchoolFinanced',
    ]);
    // Asked once more it is the same link, and it ends as any other.
    await finance(member);
    expect(await links()).toHaveLength(2);
    await takeBack();
    expect(await links()).toEqual([`${day} ${day}`, `${day} ${day}`]);
  });

  test('SCH-1: what was taken back whole, and taken by another meanwhile, is refused', async () => {
    await finance(member);
    await takeBack();
    await finance(await world.activeMember(vertou, 100));
    await expect(finance(member)).rejects.toMatchObject({ code: 'SCHOOL_ALREADY_FINANCED' });
  });
});
