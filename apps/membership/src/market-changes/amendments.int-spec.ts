import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { fromBinary } from '@bufbuild/protobuf';
import { MarketPublishedSchema, MembershipProlongedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import {
  AmendmentWorld,
  prolonged,
  secondCoordinator,
} from '../../../../test/support/builders/amendment-world.js';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  type MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import type { MarketFile } from '../contract/markets/markets.dto.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let amendments: AmendmentWorld;
let world: MembershipWorld;
let mine: string;

beforeEach(async () => {
  amendments = await AmendmentWorld.begin();
  ({ world, mine } = amendments);
}, 30_000);
afterEach(() => world.fresh.drop());

const membership = async () =>
  (
    await world.database.query<{ line: string }>(
      "select status || ' ' || ends_on || ' ' || version as line from membership where id = $1",
      [mine],
    )
  ).rows[0]?.line;

test('MKT-6, art. 8: a market that is prolonged prolongs its memberships and the schools that they finance', async () => {
  await world.financeSchool.execute({
    idempotencyKey: '',
    membershipId: mine,
    uai: ancenis.uai as never,
    from: localDate('2022-07-19'),
    insee: ancenis.insee as never,
    territoryException: '',
    caller: coordinator,
  });
  const before = Number((await membership())?.split(' ')[2]);
  await amendments.amend(prolonged);
  expect(await membership()).toBe(`ACTIVE 2027-01-19 ${before + 1}`);
  expect(await world.count("from school_link where ends_on = '2027-01-19'")).toBe(1);
  expect(
    fromBinary(MembershipProlongedSchema, (await amendments.lastEventOf(mine)).value),
  ).toMatchObject({
    membershipVersion: before + 1,
    endsOn: '2027-01-19',
  });
  const published = fromBinary(
    MarketPublishedSchema,
    (await amendments.lastEventOf(marketCode)).value,
  );
  expect(published.market).toMatchObject({ version: 2, calendar: { endsOn: '2027-01-19' } });
  await amendments.beginDay('2026-07-19');
  expect(await membership()).toMatch(/^ACTIVE/);
  await world.order(mine, ancenis.siren, 8, '2027-01-18');
  await amendments.beginDay('2027-01-19');
  expect(await membership()).toMatch(/^ENDED 2027-01-19/);
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('MKT-6, WDR-1: a membership that ends for a cause of its own keeps its end', async () => {
  await world.recordExclusion.execute({
    idempotencyKey: randomUUID(),
    membershipId: mine,
    decision: {
      reference: 'n° 1 (fictif)',
      court: 'Tribunal administratif de Nantes',
      decidedOn: localDate('2026-05-04'),
      effectiveOn: localDate('2026-06-15'),
      sumsDueCents: 0n,
      documentId: await world.deposit('COURT_DECISION', ancenis.siren),
    },
    caller: coordinator,
  });
  await amendments.amend(prolonged);
  expect(await membership()).toMatch(/^ACTIVE 2026-06-15/);
});

test('MKT-6: terms change on the day of the amendment, not before, and every version is kept', async () => {
  const iban = 'FR0699999000020000000003300';
  const recorded = await amendments.amend((file) => (file.supplier.iban = iban), {
    effectiveOn: '2026-06-10',
  });
  expect(recorded.changes).toEqual([
    { path: 'supplier.iban', before: '"FR7699999000010000000002249"', after: `"${iban}"` },
  ]);
  const due = await amendments.views.due({
    caller: coordinator,
    code: marketCode,
    horizonDays: 30,
  });
  expect(due.due).toMatchObject([{ kind: 'AMENDMENT', daysLeft: 9, detail: 'Avenant n° 1' }]);
  await amendments.beginDay('2026-06-09');
  expect(await amendments.versions()).toEqual(['1 LOADED']);
  await amendments.beginDay('2026-06-10');
  expect(await amendments.versions()).toEqual(['2 AMENDED Avenant n° 1', '1 LOADED']);
  const ibans = [1, 2].map((version) =>
    amendments.views.show({ caller: coordinator, code: marketCode, version }),
  );
  expect((await Promise.all(ibans)).map(({ market }) => market.supplier.iban)).toEqual([
    'FR7699999000010000000002249',
    iban,
  ]);
  expect(
    await amendments.views.amendments({
      caller: coordinator,
      code: marketCode,
      before: 99,
      limit: 10,
    }),
  ).toMatchObject([{ number: 'Avenant n° 1', version: 2, document: { kind: 'AMENDMENT' } }]);
});

test('MKT-4, MKT-6: weeks crossed in one step, the terms change on the day of the amendment', async () => {
  await amendments.amend((file) => (file.supplier.iban = 'FR0699999000020000000003300'), {
    effectiveOn: '2026-06-10',
  });
  await amendments.beginDay('2026-07-15');
  const { rows } = await world.database.query(
    `select version, recorded_on as "on" from market_version where cause = 'AMENDED'`,
  );
  expect(rows).toEqual([{ version: 2, on: '2026-06-10' }]);
});

test('MKT-6: a second amendment is written on top of the first, also before that one takes effect', async () => {
  const first = (file: MarketFile) => (file.billing.paymentTermDays = 20);
  await amendments.amend(first, { effectiveOn: '2026-06-20' });
  const both = (file: MarketFile) => {
    first(file);
    file.billing.contestDays = 15;
  };
  expect(await codeOf(amendments.amend(both, { number: 'n° 2', effectiveOn: '2026-06-19' }))).toBe(
    'AMENDMENT_OUT_OF_ORDER',
  );
  expect(await codeOf(amendments.amend(both, { effectiveOn: '2026-06-20' }))).toBe(
    'AMENDMENT_NUMBER_TAKEN',
  );
  expect(
    (await amendments.amend(both, { number: 'n° 2', effectiveOn: '2026-06-20' })).changes,
  ).toHaveLength(1);
  await amendments.beginDay('2026-06-20');
  expect(await amendments.versions()).toEqual([
    '3 AMENDED n° 2',
    '2 AMENDED Avenant n° 1',
    '1 LOADED',
  ]);
});

test('MKT-6: days that billing has invoiced are out of reach; without its answer nothing is written', async () => {
  amendments.invoiced.until = localDate('2026-06-02');
  expect(await codeOf(amendments.amend(prolonged))).toBe('AMENDMENT_TOUCHES_INVOICED_DAYS');
  expect(
    await codeOf(amendments.amend(prolonged, { effectiveOn: '2026-06-02', dryRun: true })),
  ).toBe(undefined);
  amendments.invoiced.isSilent = true;
  expect(await codeOf(amendments.amend(prolonged))).toBe('SERVICE_UNAVAILABLE');
  expect(await world.count('from market_amendment')).toBe(0);
  amendments.invoiced.isSilent = false;
  const documentId = await world.depositForMarket('AMENDMENT');
  const once = { effectiveOn: '2026-06-02', documentId, idempotencyKey: randomUUID() };
  const proposed = () => amendments.propose(prolonged, once);
  const [one, again] = await Promise.all([proposed(), proposed()]);
  expect(again).toEqual(one);
  const { proposalId } = one.proposal!;
  const approved = () => amendments.decide(proposalId, { idempotencyKey: 'key-of-a-test' });
  await Promise.all([approved(), approved()]);
  expect(await world.count('from market_amendment')).toBe(1);
});

test('MKT-6: it rests on a signed amendment of the market, and on nothing else', async () => {
  const documentId = await world.depositForMarket('MINUTES');
  expect(await codeOf(amendments.amend(prolonged, { documentId }))).toBe('DOCUMENT_UNKNOWN');
  expect(await codeOf(amendments.amend(prolonged, { documentId: randomUUID() }))).toBe(
    'DOCUMENT_UNKNOWN',
  );
  expect(await codeOf(world.publishMarket(prolonged))).toBe('MARKET_IN_FORCE');
});

test('MKT-6: the database refuses a change of a market in force without its amendment, and forgets no version', async () => {
  const changes = [
    'update market set version = version + 1, sha256 = \'x\', terms = terms || \'{"title": "x"}\'',
    'update market set terms = terms || \'{"title": "x"}\'',
    'delete from market_version',
    "update market_version set sha256 = 'x'",
    `with v as (insert into market_version (market_code, version, sha256, terms, cause, changes, recorded_by)
       select code, version + 1, 'x', terms, 'LOADED', '[]', 'u' from market)
     update market set version = version + 1, sha256 = 'x'`,
  ];
  for (const change of changes) {
    await expect(world.fresh.asOwner(change)).rejects.toMatchObject({
      code: expect.stringMatching(/^23/),
    });
  }
  // Under an amended version too, what decisions read beside the terms says what they say.
  await amendments.amend(prolonged);
  await expect(world.database.query('update market set decrease_notice_days = 0')).rejects.toThrow(
    /the terms of market .* do not say/,
  );
});

test('SUP-1, SUP-3: a market is shown to who belongs to it', async () => {
  const stranger = callerWith('coordinator', { markets: ['autre'] });
  expect(() => amendments.views.show({ caller: stranger, code: marketCode })).toThrow();
  expect(await amendments.views.list({ caller: stranger, after: '', limit: 10 })).toEqual([]);
  const member = { ...ordererOf(vertou.siren) };
  expect((await amendments.views.show({ caller: member, code: marketCode })).version).toBe(1);
});

test('SUP-2: an amendment is journalled with its document, and neither proposed nor decided where no entry can be', async () => {
  const documentId = await world.depositForMarket('AMENDMENT');
  const quicker = (file: MarketFile) => (file.billing.paymentTermDays = 20);
  const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
  await owner.connect();
  await owner.query(`
    create function refuse_entry() returns trigger language plpgsql as $$
    begin raise exception 'no entry can be written'; end $$;
    create trigger refuse_entry before insert on platform.audit_entry for each row execute function refuse_entry();`);
  const entries = (verb: string) =>
    owner.query(`alter table platform.audit_entry ${verb} trigger refuse_entry`);
  const proposing = () => amendments.propose(quicker, { documentId });
  await expect(proposing()).rejects.toThrow('no entry can be written');
  expect(await world.count('from platform.proposal')).toBe(0);
  await entries('disable');
  const { proposalId } = (await proposing()).proposal!;
  await entries('enable');
  for (const [outcome, caller] of [
    ['APPROVED', secondCoordinator],
    ['REJECTED', secondCoordinator],
    ['WITHDRAWN', coordinator],
  ] as const) {
    const decided = amendments.decide(proposalId, { outcome, caller, reason: 'Non.' });
    await expect(decided).rejects.toThrow('no entry can be written');
  }
  expect(await world.count('from platform.proposal_decision')).toBe(0);
  expect(await amendments.versions()).toEqual(['1 LOADED']);
  await entries('disable');
  await owner.end();
  await amendments.decide(proposalId);
  expect(await amendments.versions()).toHaveLength(2);
  const { rows } = await world.database.query(
    'select actor, business_date, rests_on from platform.audit_entry where subject = $1 and rests_on = $2 order by id',
    [`market:${marketCode}`, documentId],
  );
  const both = { business_date: '2026-06-01', rests_on: documentId };
  expect(rows).toEqual([
    { actor: coordinator.userId, ...both },
    { actor: secondCoordinator.userId, ...both },
  ]);
});
