import { jest } from '@jest/globals';
import { saidTo, together } from '../../../../../test/support/builders/by-hand.js';
import {
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';

/**
 * Goal: the period of a membership rests on recorded decisions, a judge's, a notice inside its window, the market's,
 * whoever writes (ADH-6).
 * Method: each attack is SQL of the service's own role on a real database.
 */

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let heir: string;
/** In the file of the heir. */
let letter: string;
let judgement: string;
/** The market's. */
let avenant: string;

beforeAll(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  heir = await world.activeMember(vertou, 50);
  await world.finance(heir, '0440001M', vertou.insee, { from: '2022-09-01' });
  letter = await world.deposit('LETTER', vertou.siren);
  judgement = await world.deposit('COURT_DECISION', vertou.siren);
  avenant = await world.depositForMarket('AMENDMENT');
  await world.day('2023-01-01');
}, 60_000);
afterAll(() => world?.fresh.drop());

const said = (sql: string) => saidTo(world, sql);
const ending = (membershipId: string, set: string) =>
  `update membership set ${set} where id = '${membershipId}'`;

test('ADH-6, EXC-1: neither start nor end of a membership moves without a decision that says just that', async () => {
  expect(await said(ending(heir, "starts_on = '2022-08-01'"))).toMatch('first day');
  for (const set of [
    "end_cause = 'END_OF_MARKET'",
    "ends_on = '2025-07-19'",
    "ends_on = '2027-07-19'",
    "status = 'ENDED', end_cause = 'END_OF_MARKET', ends_on = '2022-12-31'",
    "end_cause = 'EXCLUSION'",
  ]) {
    expect(await said(ending(heir, set))).toMatch('rests on nothing');
  }
  expect(await said(ending(heir, "status = 'ENDED', end_cause = 'END_OF_MARKET'"))).toMatch(
    'before its day',
  );
  const excluded = `insert into exclusion select 'forged', '${heir}', 'NON_PERFORMANCE', 'n° 1', 'TA', '2022-12-01', '2024-01-01',
    0, '${judgement}', 'x', '2022-12-01'`;
  expect(await said(excluded)).toMatch('rests on nothing');
  const other = ending(heir, "end_cause = 'EXCLUSION', ends_on = '2024-02-01'");
  expect(await said(together(excluded, other))).toMatch('rests on nothing');
});

test('WDR-1, WDR-2: a notice outside its window, dated beforehand or of the coordinator ends nothing', async () => {
  const leaving = (membershipId: string, sentOn: string, takesEffectOn = '2024-07-19') =>
    together(
      `insert into withdrawal_notice select 'forged', '${membershipId}', '1A', '${sentOn}', '${sentOn}', '${letter}', '${takesEffectOn}', 'x', '${sentOn}'`,
      ending(membershipId, `end_cause = 'WITHDRAWAL', ends_on = '${takesEffectOn}'`),
      `update school_link set would_end_on = ends_on, ends_on = '${takesEffectOn}' where membership_id = '${membershipId}' and ends_on > '${takesEffectOn}'`,
    );
  expect(await said(leaving(heir, '2022-12-01'))).toMatch('window of its market');
  expect(await said(leaving(heir, '2022-12-01', '2023-01-19'))).toMatch('window of its market');
  expect(await said(leaving(heir, '2024-06-01'))).toMatch('window of its market');
  await world.day('2024-06-03');
  const alone = leaving(heir, '2024-06-01').split('; ')[0]!;
  expect(await said(alone)).toMatch('rests on nothing');
  const revoked = `insert into withdrawal_revocation values ('forged', '2A', '2024-06-02', '2024-06-02', '${letter}', 'x', '2024-06-02')`;
  expect(await said(leaving(heir, '2024-06-01'))).toBe('');
  expect(await said(revoked)).toMatch('rests on nothing');
  expect(
    await said(together(revoked, ending(heir, "end_cause = null, ends_on = '2026-07-19'"))),
  ).toBe('');
  const coordinatedBy = (siren: string) =>
    world.fresh.asOwner(
      `set session_replication_role = 'replica'; update market set terms = jsonb_set(terms, '{coordinatorSiren}', '"${siren}"')`,
    );
  const { market } = await world.markets.find(marketCode);
  await coordinatedBy(vertou.siren);
  const again = leaving(heir, '2024-06-01').replace("'forged'", "'again'").replace("'1A'", "'3A'");
  expect(await said(again)).toMatch('window of its market');
  await coordinatedBy(market.coordinatorSiren);
});

test('MKT-6, ADH-6: no amendment written by hand ends the market and its memberships earlier, or begins them later', async () => {
  // By a service that names two persons.
  const proposal = '00000000-0000-7000-8000-000000000001';
  const amended = (terms: string, memberships: string) =>
    together(
      `insert into platform.proposal (proposal_id, market_code, kind, subject, content, document_id, document_sha256,
              digest, proposed_by, proposed_on, expires_on)
       select '${proposal}', code, 'MARKET_AMENDMENT', 'n° 1', jsonb_build_object('basedOn', 0, 'number', 'n° 1',
              'signedOn', '2024-06-01', 'effectiveOn', '2024-06-01', 'terms', ${terms}, 'changes', '[]'::jsonb),
              d.id, d.sha256, '', 'y', '2024-06-03', '2024-08-02' from market, document d where d.id = '${avenant}'`,
      `insert into platform.proposal_decision select proposal_id, digest, proposed_by, proposed_on, expires_on, 'APPROVED',
              'x', '2024-06-03', '' from platform.proposal`,
      `insert into market_amendment select 'forged', code, 1, 'n° 1', '2024-06-01', '2024-06-01', '${avenant}', ${terms}, '[]',
              '${proposal}', 'x', '2024-06-03' from market`,
      `insert into market_version select code, version + 1, 'x', ${terms}, 'AMENDED', 'forged', null, '[]', 'x', '2024-06-03' from market`,
      `update market set version = version + 1, sha256 = 'x', terms = ${terms}`,
      `update membership set ${memberships} where status = 'ACTIVE'`,
    );
  const set = (path: string, day: string) => `jsonb_set(terms, '{calendar,${path}}', '"${day}"')`;
  for (const sql of [
    amended(set('endsOn', '2024-06-04'), "ends_on = '2024-06-04'"),
    amended(set('effectiveOn,actual', '2022-07-20'), "starts_on = '2022-07-20'"),
    amended(`jsonb_set(terms, '{calendar,lockInMonths}', '22')`, 'version = version'),
  ]) {
    expect(await said(sql)).toMatch('MARKET_IN_FORCE');
  }
  // Prolonged in truth, but not its memberships, or not so far.
  for (const memberships of ["end_cause = null, ends_on = '2027-07-18'", 'version = version']) {
    expect(await said(amended(set('endsOn', '2027-07-19'), memberships))).toMatch(
      'rests on nothing',
    );
  }
  expect((await world.ledgers.find(heir))?.endsOn).toBe('2026-07-19');
});
