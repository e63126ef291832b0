import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { OrganisationSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  itemCode,
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { Documents } from '../documents/documents.pg.js';
import { Commands } from '#libs/commands';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { FixDate } from './fix-date.js';
import { parseMarketFile } from '../contract/markets/markets.dto.js';
import { PublishMarket } from '../contract/markets/publish-market.js';
import { keptPapers } from '../../../../test/support/builders/kept-papers.js';

/**
 * Goal: a member of two consecutive markets changes over on 2026-07-19 with nothing lost and nothing counted twice
 * (MKT-5). Method: both markets from their files, the second adhesion by its letter, annex 2 and the fixed date,
 * as the coordinator does it; then both sides of the boundary, for C, O, schools and states. Accounts, usage and
 * invoices have theirs in provisioning, metering and billing.
 */
// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

const next = 'e-primo-2026';
const [lastDay, boundary] = ['2026-07-18', '2026-07-19'];
const both = { markets: [marketCode, next] };
const coordinator = callerWith('coordinator', both);
const verifier = callerWith('coordinator', { ...both, userId: 'user-verifier' });
const orderer = callerWith('member-orderer', { ...both, organisationId: `org-${ancenis.siren}` });

let world: MembershipWorld;
let old: string;
let renewed: string;

beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  old = await world.activeMember(ancenis, 412);
  await finance(old, ancenis, '2022-07-19');
  await world.day('2026-01-14');
  const text = await readFile('deploy/local/demo/markets/e-primo-2026.yaml', 'utf8');
  await world.loadMarket.execute({ market: parseMarketFile(text), caller: coordinator });
  renewed = await join(ancenis, 500);
}, 60_000);
afterEach(() => world.fresh.drop());

const activate = (membershipId: string) =>
  world.activate.execute({ membershipId, caller: coordinator });

/** Adhesion to the second market up to acceptance. */
async function join(member: typeof ancenis, commitment: number): Promise<string> {
  const organisation = create(OrganisationSchema, {
    name: member.name,
    siren: member.siren,
    insee: member.insee,
    kind: 'COMMUNE',
    address: '1 rue de l’Exemple',
  });
  const datedOn = '2026-01-08';
  const { membershipId } = await world.apply.execute({
    marketCode: next,
    organisation: fromOrganisationMessage(organisation),
    letter: {
      number: `2A ${member.siren}`,
      sentOn: localDate('2026-01-10'),
      receivedOn: localDate('2026-01-12'),
    },
    documents: [],
    documentIds: await world.papersOf(member.siren, { datedOn, market: next }),
    caller: coordinator,
  });
  const { sha256 } = await world.importAnnexe2.execute({
    membershipId,
    fileName: 'annexe2.csv',
    content: Buffer.from(`UAI;Nombre\n${member.uai};${commitment}\n`),
    datedOn: localDate(datedOn),
    dryRun: false,
    caller: coordinator,
  });
  await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
  await world.accept.execute({ membershipId, caller: coordinator });
  return membershipId;
}

/** The dates of the second market, with the letter of notification. */
async function fixDates(effectiveOn = boundary) {
  const datedOn = '2026-04-10';
  const documentId = await world.depositForMarket('NOTIFICATION', { datedOn, market: next });
  const fixDate = new FixDate(
    new Commands(world.unitOfWork, world.businessDate),
    world.markets,
    new PublishMarket(world.markets, world.outbox),
    new Documents(world.database, keptPapers),
  );
  for (const [which, on] of [
    ['NOTIFICATION', '2026-04-10'],
    ['EFFECTIVE', effectiveOn],
  ] as const) {
    await fixDate.execute({
      idempotencyKey: randomUUID(),
      marketCode: next,
      which,
      on: localDate(on),
      documentId,
      caller: coordinator,
    });
  }
}

async function renew() {
  await world.day('2026-04-10');
  await fixDates();
  await activate(renewed);
}

function finance(membershipId: string, { uai, insee }: typeof ancenis, from: string) {
  return world.financeSchool.execute({
    idempotencyKey: '',
    membershipId,
    uai: uai as never,
    from: localDate(from),
    insee: insee as never,
    territoryException: '',
    caller: coordinator,
  });
}
const order = (membershipId: string, delta: number, effectiveFrom: string) =>
  world.signOrder.execute({
    idempotencyKey: randomUUID(),
    membershipId,
    lines: [{ itemCode, effectiveFrom: localDate(effectiveFrom), delta }],
    confirmedSeatsLost: 0,
    caller: orderer,
  });

/** C and O in force on a day, of each membership that has any, as the database sums them anew. */
async function inForce(day: string): Promise<Record<string, string>> {
  const { rows } = await world.database.query<{ id: string; c: number; o: number }>(
    `select m.id, c.quantity::int as c, coalesce(sum(l.delta) filter (where l.effective_from <= $1), 0)::int as o
       from membership m
       join commitment c on c.membership_id = m.id
       left join order_line l on l.membership_id = m.id
      where m.starts_on <= $1 and $1 < m.ends_on group by m.id, c.quantity`,
    [day],
  );
  return Object.fromEntries(rows.map(({ id, c, o }) => [id, `C ${c} O ${o}`]));
}
const statusOf = async (membershipId: string) =>
  (
    await world.database.query<{ line: string }>(
      "select status || ' ' || starts_on || ' ' || ends_on as line from membership where id = $1",
      [membershipId],
    )
  ).rows[0]?.line;
const financers = async (day: string, { uai } = ancenis) =>
  (
    await world.database.query<{ membership_id: string }>(
      'select membership_id from school_link where uai = $1 and starts_on <= $2 and $2 < ends_on',
      [uai, day],
    )
  ).rows.map(({ membership_id }) => membership_id);

test('MKT-5, ADH-6: each membership has its own C and O, on its own days only', async () => {
  await renew();
  await order(old, 38, '2026-05-04');
  await order(renewed, 20, '2026-09-01');
  expect(await inForce(lastDay)).toEqual({ [old]: 'C 412 O 450' });
  expect(await inForce(boundary)).toEqual({ [renewed]: 'C 500 O 500' });
  expect(await inForce('2026-09-01')).toEqual({ [renewed]: 'C 500 O 520' });
  // 450 were in force in the old market: the floor of the new one is its own.
  await expect(order(renewed, -1, boundary)).rejects.toMatchObject({ code: 'BELOW_COMMITMENT' });
  expect(await codeOf(order(renewed, 1, lastDay))).toBeDefined();
  expect(await codeOf(order(old, 1, boundary))).toBe('OUTSIDE_MEMBERSHIP');
  await order(old, 1, lastDay);
  for (const code of [marketCode, next]) {
    expect((await world.checkLedgers.execute(code)).violations).toEqual([]);
  }
});

test('MKT-5, SCH-1: a school is financed by one membership on each side of the boundary, by none in between', async () => {
  await renew();
  expect(await codeOf(finance(renewed, ancenis, lastDay))).toBeDefined();
  await finance(renewed, ancenis, boundary);
  expect(await financers(lastDay)).toEqual([old]);
  expect(await financers(boundary)).toEqual([renewed]);
});

test('MKT-5, ADH-6: the boundary ends the one and leaves the other, told once', async () => {
  await renew();
  await world.day(lastDay);
  expect(await statusOf(old)).toBe('ACTIVE 2022-07-19 2026-07-19');
  expect(await statusOf(renewed)).toBe('ACTIVE 2026-07-19 2030-07-19');
  await world.day(boundary);
  await world.day('2026-07-20');
  expect(await statusOf(old)).toBe('ENDED 2022-07-19 2026-07-19');
  expect(await statusOf(renewed)).toBe('ACTIVE 2026-07-19 2030-07-19');
  const told = async (membershipId: string) =>
    (await world.events(membershipId)).filter((type) => type === 'MembershipEnded');
  expect(await told(old)).toHaveLength(1);
  expect(await told(renewed)).toEqual([]);
});

test('MKT-5: a member without a new adhesion ends with its market, and its school is financed by nobody', async () => {
  const leaving = await world.activeMember(vertou, 10);
  await finance(leaving, vertou, '2026-02-01');
  await renew();
  await world.day(lastDay);
  expect(await financers(lastDay, vertou)).toEqual([leaving]);
  expect(Object.keys(await inForce(lastDay)).sort()).toEqual([old, leaving].sort());
  await world.day(boundary);
  expect(await statusOf(leaving)).toBe('ENDED 2022-07-19 2026-07-19');
  expect(await financers(boundary, vertou)).toEqual([]);
  expect(Object.keys(await inForce(boundary))).toEqual([renewed]);
});

test('MKT-3, ADH-6: nobody is active in the new market before its effective date is fixed', async () => {
  await world.day('2026-04-10');
  expect(await codeOf(activate(renewed))).toBe('EFFECTIVE_DATE_NOT_FIXED');
  await fixDates();
  expect(await codeOf(activate(renewed))).toBeUndefined();
  // In force: from here on by amendment only.
  expect(await codeOf(fixDates('2026-07-20'))).toBe('MARKET_IN_FORCE');
});
