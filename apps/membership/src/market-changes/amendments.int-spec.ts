import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import pg from 'pg';
import { fromBinary } from '@bufbuild/protobuf';
import { MarketPublishedSchema, MembershipProlongedSchema } from '#libs/contracts';
import { BusinessDayKeeper } from '#libs/messaging';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf, refusalOf } from '../../../../test/support/builders/refusal.js';
import {
  insertOrderByHand,
  openTransaction,
} from '../../../../test/support/builders/order-by-hand.js';
import { Documents } from '../documents/documents.pg.js';
import { Commands } from '#libs/commands';
import { ProlongMemberships } from '../adhesion/memberships/prolong-memberships.js';
import { SchoolLinks } from '../schools/schools-financed/school-links.pg.js';
import { AmendMarket } from './amend-market.js';
import { Amendments } from './amendments.pg.js';
import { ApplyAmendments } from './apply-amendments.js';
import { InMemoryInvoicedDays } from '../../test/invoiced-days.test-support.js';
import { MarketViews } from './market-views.pg.js';
import { type MarketFile, parseMarketFile } from '../contract/markets/markets.dto.js';
import { PublishMarket } from '../contract/markets/publish-market.js';
import { StartBusinessDay } from '../contract/markets/start-business-day.js';
import { ViewMarkets } from './view-markets.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let mine: string;
let invoiced: InMemoryInvoicedDays;
beforeEach(async () => {
  world = await MembershipWorld.create();
  invoiced = new InMemoryInvoicedDays();
  await world.day('2022-01-14');
  await world.publishMarket();
  mine = await world.activeMember(ancenis, 412);
  await world.day('2026-06-01');
}, 30_000);
afterEach(() => world.fresh.drop());

const applyAmendments = () =>
  new ApplyAmendments(
    new Amendments(),
    world.markets,
    new PublishMarket(world.markets, world.outbox),
    new ProlongMemberships(world.memberships, new SchoolLinks()),
  );
const amendMarket = () =>
  new AmendMarket(
    new Commands(world.unitOfWork, world.businessDate),
    world.markets,
    new Amendments(),
    new Documents(world.database),
    invoiced,
    applyAmendments(),
  );
const views = () => new ViewMarkets(new MarketViews(world.database), world.businessDate);
/** As the service begins a day: amendments before ends. */
const begin = (day: string) =>
  new StartBusinessDay(
    world.unitOfWork,
    new BusinessDayKeeper(() => [applyAmendments(), world.endMemberships]),
    world.outbox,
  ).execute({ date: localDate(day), actor: 'player' });

async function aDocument(kind = 'AMENDMENT'): Promise<string> {
  const id = randomUUID();
  await world.database.query(
    "insert into document_blob (sha256, size) values (repeat('a', 64), 3) on conflict do nothing",
  );
  await world.database.query(
    `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, uploaded_by, uploaded_on)
     values ($1, repeat('a', 64), 'application/pdf', 'avenant.pdf', 'Avenant', $2, '2026-05-28', $3, 'u', '2026-06-01')`,
    [id, kind, marketCode],
  );
  return id;
}
const prolonged = (file: MarketFile) => {
  file.calendar.durationMonths = 54;
  file.calendar.endsOn = localDate('2027-01-19');
  file.calendar.contractYears.push(localDate('2026-07-19'));
};
async function amend(
  change: (file: MarketFile) => void,
  over: Partial<{
    number: string;
    effectiveOn: string;
    documentId: string;
    dryRun: boolean;
    idempotencyKey: string;
  }> = {},
) {
  const file = JSON.parse(
    await readFile('deploy/local/demo/markets/e-primo-2022.json', 'utf8'),
  ) as MarketFile;
  change(file);
  return amendMarket().execute({
    idempotencyKey: over.idempotencyKey ?? randomUUID(),
    marketCode,
    market: parseMarketFile(JSON.stringify(file)),
    amendment: {
      number: over.number ?? 'Avenant n° 1',
      signedOn: localDate('2026-05-28'),
      effectiveOn: localDate(over.effectiveOn ?? '2026-06-01'),
    },
    documentId: over.documentId ?? (await aDocument()),
    dryRun: over.dryRun ?? false,
    caller: coordinator,
  });
}
const membership = async () =>
  (
    await world.database.query<{ line: string }>(
      "select status || ' ' || ends_on || ' ' || version as line from membership where id = $1",
      [mine],
    )
  ).rows[0]?.line;
const versions = async () =>
  (await views().versions({ caller: coordinator, code: marketCode, before: 99, limit: 10 })).map(
    ({ version, cause, amendmentNumber }) => `${version} ${cause} ${amendmentNumber}`.trim(),
  );
async function lastOf(key: string) {
  const { rows } = await world.database.query<{ type: string; value: Buffer }>(
    'select type, value from platform.outbox where key = $1 order by id desc limit 1',
    [key],
  );
  return rows[0]!;
}

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
  await amend(prolonged);
  expect(await membership()).toBe(`ACTIVE 2027-01-19 ${before + 1}`);
  expect(await world.count("from school_link where ends_on = '2027-01-19'")).toBe(1);
  expect(fromBinary(MembershipProlongedSchema, (await lastOf(mine)).value)).toMatchObject({
    membershipVersion: before + 1,
    endsOn: '2027-01-19',
  });
  const published = fromBinary(MarketPublishedSchema, (await lastOf(marketCode)).value);
  expect(published.market).toMatchObject({ version: 2, calendar: { endsOn: '2027-01-19' } });
  await begin('2026-07-19');
  expect(await membership()).toMatch(/^ACTIVE/);
  await world.order(mine, ancenis.siren, 8, '2027-01-18');
  await begin('2027-01-19');
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
  await amend(prolonged);
  expect(await membership()).toMatch(/^ACTIVE 2026-06-15/);
});

test('MKT-6: terms change on the day of the amendment, not before, and every version is kept', async () => {
  const iban = 'FR0699999000020000000003300';
  const recorded = await amend((file) => (file.supplier.iban = iban), {
    effectiveOn: '2026-06-10',
  });
  expect(recorded.changes).toEqual([
    { path: 'supplier.iban', before: '"FR7699999000010000000002249"', after: `"${iban}"` },
  ]);
  const due = await views().due({ caller: coordinator, code: marketCode, horizonDays: 30 });
  expect(due.due).toMatchObject([{ kind: 'AMENDMENT', daysLeft: 9, detail: 'Avenant n° 1' }]);
  await begin('2026-06-09');
  expect(await versions()).toEqual(['1 LOADED']);
  await begin('2026-06-10');
  expect(await versions()).toEqual(['2 AMENDED Avenant n° 1', '1 LOADED']);
  const ibans = [1, 2].map((version) =>
    views().show({ caller: coordinator, code: marketCode, version }),
  );
  expect((await Promise.all(ibans)).map(({ market }) => market.supplier.iban)).toEqual([
    'FR7699999000010000000002249',
    iban,
  ]);
  expect(
    await views().amendments({ caller: coordinator, code: marketCode, before: 99, limit: 10 }),
  ).toMatchObject([{ number: 'Avenant n° 1', version: 2, document: { kind: 'AMENDMENT' } }]);
});

test('MKT-6: a second amendment is written on top of the first, also before that one takes effect', async () => {
  const first = (file: MarketFile) => (file.billing.paymentTermDays = 20);
  await amend(first, { effectiveOn: '2026-06-20' });
  const both = (file: MarketFile) => {
    first(file);
    file.billing.contestDays = 15;
  };
  expect(await codeOf(amend(both, { number: 'n° 2', effectiveOn: '2026-06-19' }))).toBe(
    'AMENDMENT_OUT_OF_ORDER',
  );
  expect(await codeOf(amend(both, { effectiveOn: '2026-06-20' }))).toBe('AMENDMENT_NUMBER_TAKEN');
  expect((await amend(both, { number: 'n° 2', effectiveOn: '2026-06-20' })).changes).toHaveLength(
    1,
  );
  await begin('2026-06-20');
  expect(await versions()).toEqual(['3 AMENDED n° 2', '2 AMENDED Avenant n° 1', '1 LOADED']);
});

test('MKT-6: days that billing has invoiced are out of reach; without its answer nothing is written', async () => {
  invoiced.until = localDate('2026-06-02');
  expect(await codeOf(amend(prolonged))).toBe('AMENDMENT_TOUCHES_INVOICED_DAYS');
  expect(await codeOf(amend(prolonged, { effectiveOn: '2026-06-02', dryRun: true }))).toBe(
    undefined,
  );
  invoiced.isSilent = true;
  expect(await codeOf(amend(prolonged))).toBe('SERVICE_UNAVAILABLE');
  expect(await world.count('from market_amendment')).toBe(0);
  invoiced.isSilent = false;
  const documentId = await aDocument();
  const once = { effectiveOn: '2026-06-02', documentId, idempotencyKey: randomUUID() };
  const [one, again] = await Promise.all([amend(prolonged, once), amend(prolonged, once)]);
  expect(again).toEqual(one);
  expect(await world.count('from market_amendment')).toBe(1);
});

test('MKT-6: it rests on a signed amendment of the market, and on nothing else', async () => {
  const documentId = await aDocument('MINUTES');
  expect(await codeOf(amend(prolonged, { documentId }))).toBe('AMENDMENT_NOT_ALLOWED');
  expect(await codeOf(amend(prolonged, { documentId: randomUUID() }))).toBe('DOCUMENT_UNKNOWN');
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
  await amend(prolonged);
  await expect(world.database.query('update market set decrease_notice_days = 0')).rejects.toThrow(
    /the terms of market .* do not say/,
  );
});

test('MKT-1, MKT-5: two markets live side by side; a school changes over on the boundary', async () => {
  const next = 'e-primo-2026';
  const both = callerWith('coordinator', { markets: [marketCode, next] });
  const text = await readFile('deploy/local/demo/markets/e-primo-2026.yaml', 'utf8');
  // As if it were awarded already: a member of it is in force below.
  const notified = text.replaceAll(
    /planned: ('2026-04-10'|'2026-07-19')/g,
    'planned: $1, actual: $1',
  );
  const market = parseMarketFile(notified);
  const loaded = await world.loadMarket.execute({ market, caller: both });
  expect(loaded).toMatchObject({ changed: true, version: 1 });
  const list = await views().list({ caller: both, after: '', limit: 10 });
  expect(list.map(({ market, inForce }) => [market.code, inForce])).toEqual([
    [marketCode, true],
    [next, false],
  ]);
  const finance = (membershipId: string, from: string) =>
    world.financeSchool.execute({
      idempotencyKey: '',
      membershipId,
      uai: ancenis.uai as never,
      from: localDate(from),
      insee: ancenis.insee as never,
      territoryException: '',
      caller: both,
    });
  await finance(mine, '2022-07-19');
  // Adhesion to the second market, as its letter of 2026-01 would have gone.
  const [convention] = await world.papersOf(ancenis.siren, { market: next });
  await world.fresh.asOwner(
    `with joined as (
       insert into membership (id, organisation_id, market_code, status, starts_on, ends_on, letter_number, sent_on, received_on, applied_on, accepted_on, activated_on)
       values ('m-next', $1, $2, 'ACTIVE', '2026-07-19', '2030-07-19', '1A 1', '2026-01-10', '2026-01-12', '2026-01-12', '2026-02-01', '2026-06-01')
       returning id)
     insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
     select id, '2026-01-10', $3, 'user', '2026-01-12' from joined`,
    [`org-${ancenis.siren}`, next, convention],
  );
  expect(await codeOf(finance('m-next', '2026-07-18'))).toBeDefined();
  await finance('m-next', '2026-07-19');
  const { rows } = await world.database.query(
    'select starts_on, ends_on from school_link order by starts_on',
  );
  expect(rows).toEqual([
    { starts_on: '2022-07-19', ends_on: '2026-07-19' },
    { starts_on: '2026-07-19', ends_on: '2030-07-19' },
  ]);
  // Prolonged after all: the school stays with who took it, and that is told.
  await amend(prolonged);
  expect(await world.count("from school_link where ends_on = '2026-07-19'")).toBe(1);
  expect((await lastOf(mine)).type).toMatch(/SchoolFinancingEnded$/);
});

/** The market's maxima as an amendment leaves them, in force from today on. */
const bounded = (number: string, terms: { groupMaximum?: number; memberMaximum?: number }) =>
  amend((file) => Object.assign(file.items[0]!, terms), { number });

test('MKT-6, ORD-6: an amendment adds a maximum and changes it, never below what was ordered', async () => {
  // Without a maximum, as a market may be loaded before it is in force.
  await world.fresh.drop();
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket((file) => (file.items[0]!.groupMaximum = 0));
  mine = await world.activeMember(ancenis, 412);
  await world.day('2026-06-01');
  const order = (delta: number) => world.order(mine, ancenis.siren, delta, '2026-06-02');
  await order(8);
  expect(await refusalOf(bounded('n° 1', { groupMaximum: 419, memberMaximum: 419 }))).toMatchObject(
    {
      code: 'MAXIMUM_BELOW_ORDERED',
      details: {
        below: [
          { of: 'GROUP', quantity: 420, on: '2026-06-02', maximum: 419 },
          { of: 'MEMBER', quantity: 420, on: '2026-06-02', maximum: 419 },
        ],
      },
    },
  );
  await bounded('n° 1', { groupMaximum: 430, memberMaximum: 421 });
  expect(await codeOf(order(2))).toBe('ABOVE_MAXIMUM');
  await order(1);
  await bounded('n° 2', { groupMaximum: 430, memberMaximum: 430 });
  expect(await codeOf(order(10))).toBe('ABOVE_MAXIMUM');
  await order(9);
  expect(await codeOf(bounded('n° 3', { groupMaximum: 429, memberMaximum: 430 }))).toBe(
    'MAXIMUM_BELOW_ORDERED',
  );
  expect(await versions()).toEqual(['3 AMENDED n° 2', '2 AMENDED n° 1', '1 LOADED']);
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('MKT-6, ORD-6: an amendment that lowers a maximum waits for the orders under way and counts them', async () => {
  const client = await openTransaction(world);
  await insertOrderByHand(client, mine, 50, '2026-06-02');
  const lowered = refusalOf(bounded('n° 1', { groupMaximum: 461 }));
  await new Promise((later) => setTimeout(later, 300));
  await client.query('commit');
  await client.end();
  expect(await lowered).toMatchObject({
    code: 'MAXIMUM_BELOW_ORDERED',
    details: { below: [{ quantity: 462, maximum: 461 }] },
  });
});

test.each([
  [{ groupMaximum: 411 }, 'group_keeps_its_maximum'],
  [{ memberMaximum: 411 }, 'member_keeps_its_maximum'],
])(
  'MKT-6, ORD-6: the database refuses a maximum below what was ordered, by an amendment that nobody judged: %j',
  async (terms, constraint) => {
    const { market } = await world.markets.find(marketCode);
    const [item] = market.items;
    const unjudged = { ...market, items: [{ ...item!, ...terms }] };
    const recorded = world.unitOfWork.run(async (tx) => {
      await new Amendments().add(tx, {
        ...{ amendmentId: 'a', marketCode, number: 'n° 1', changes: [], by: 'service' },
        ...{ signedOn: localDate('2026-05-28'), effectiveOn: localDate('2026-06-01') },
        ...{
          on: localDate('2026-06-01'),
          terms: unjudged,
          document: { kind: 'AMENDMENT' } as never,
        },
      });
      await applyAmendments().execute(tx, localDate('2026-06-01'), marketCode);
    });
    expect(await refusalOf(recorded)).toMatchObject({ constraint });
    expect(await versions()).toEqual(['1 LOADED']);
  },
);

test('SUP-1, SUP-3: a market is shown to who belongs to it', async () => {
  const stranger = callerWith('coordinator', { markets: ['autre'] });
  expect(() => views().show({ caller: stranger, code: marketCode })).toThrow();
  expect(await views().list({ caller: stranger, after: '', limit: 10 })).toEqual([]);
  const member = { ...ordererOf(vertou.siren) };
  expect((await views().show({ caller: member, code: marketCode })).version).toBe(1);
});

test('SUP-2: an amendment is journalled with its document, and not written where no entry can be', async () => {
  const documentId = await aDocument();
  const change = (file: MarketFile) => {
    file.billing.paymentTermDays = 20;
  };
  const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
  await owner.connect();
  await owner.query(`
    create function refuse_entry() returns trigger language plpgsql as $$
    begin raise exception 'no entry can be written'; end $$;
    create trigger refuse_entry before insert on platform.audit_entry for each row execute function refuse_entry();`);
  await expect(amend(change, { documentId })).rejects.toThrow('no entry can be written');
  await owner.query('drop trigger refuse_entry on platform.audit_entry');
  await owner.end();
  expect(await versions()).toEqual(['1 LOADED']);
  await amend(change, { documentId });
  expect(await versions()).toHaveLength(2);
  const { rows } = await world.database.query(
    'select actor, business_date, rests_on from platform.audit_entry where subject = $1 and rests_on = $2',
    [`market:${marketCode}`, documentId],
  );
  expect(rows).toEqual([
    { actor: coordinator.userId, business_date: '2026-06-01', rests_on: documentId },
  ]);
});
