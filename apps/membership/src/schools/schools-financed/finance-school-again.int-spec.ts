import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { InseeCode, Uai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  MembershipWorld,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

/** Goal: what the caller is told to be financed is financed. Method: end a link on its first day, begin it again. */
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
