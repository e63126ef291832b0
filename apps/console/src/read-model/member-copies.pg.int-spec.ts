import { create } from '@bufbuild/protobuf';
import {
  EventSkippedSchema,
  MembershipAcceptedSchema,
  PricesApprovedSchema,
  SchoolFinancedSchema,
  StructureChangedSchema,
  SupplierAccountApprovedSchema,
} from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { Copies } from './copies.pg.js';
import { PeopleCopies } from './people-copies.pg.js';
import { MemberCopies } from './member-copies.pg.js';

let fresh: FreshDatabase;
let tables: ConsoleTables;
let members: MemberCopies;

beforeAll(async () => {
  fresh = await freshDatabase('console');
  tables = new ConsoleTables(fresh.database);
  members = new MemberCopies(tables);
  const copies = new Copies();
  const peopleCopies = new PeopleCopies();
  const financed = (uai: string, startsOn: string) =>
    create(SchoolFinancedSchema, { membershipId: 'm-1', uai, period: { startsOn } });
  await fresh.unitOfWork.run(async (tx) => {
    await copies.schoolFinanced(tx, financed('0440437L', '2022-07-19'));
    await copies.schoolFinanced(tx, financed('0440437L', '2024-07-19'));
    await copies.schoolFinanced(tx, financed('0440965K', '2022-07-19'));
    await peopleCopies.structuresChanged(tx, [
      create(StructureChangedSchema, {
        uai: '0440437L',
        name: 'École Albert Camus',
        commune: 'Ancenis',
      }),
    ]);
    await tx.query(
      `insert into seats (membership_id, item_code, on_day, ordered, held, waiting) values
         ('m-1', 'COMPTE_PARENT', '2022-09-05', 800, 700, 5), ('m-1', 'COMPTE_ELEVE', '2022-09-05', 412, 412, 3),
         ('m-2', 'COMPTE_ELEVE', '2022-09-05', 10, 9, 0)`,
    );
    await tx.query(
      `insert into seat_loss (membership_id, item_code, on_day, uai, seats) values
         ('m-1', 'COMPTE_ELEVE', '2022-11-01', '0440965K', 2), ('m-1', 'COMPTE_ELEVE', '2022-10-15', '0440437L', 1)`,
    );
    await tx.query(
      `insert into invoice (invoice_id, membership_id, status, number, starts_on, ends_on, contestable_until, total_cents, answer) values
         ('i-2', 'm-1', 'DRAFT', '', '2022-10-01', '2023-01-01', null, 9007199254740993, 'CONTESTED'),
         ('i-1', 'm-1', 'DRAFT', '', '2022-07-19', '2022-10-01', '2022-10-11', 123456, ''),
         ('i-0', 'm-1', 'ISSUED', 'F-1', '2022-01-01', '2022-07-19', null, 1, 'ACCEPTED')`,
    );
  });
}, 60_000);
afterAll(async () => {
  await tables.onApplicationShutdown();
  await fresh?.drop();
});

test('tells a member its pools by item, its drafts by period, days as text and every cent', async () => {
  const { seats, drafts } = await members.of('m-1');
  const pool = { membershipId: 'm-1', on: '2022-09-05' };
  expect(seats).toEqual([
    { ...pool, itemCode: 'COMPTE_ELEVE', ordered: 412, held: 412, waiting: 3 },
    { ...pool, itemCode: 'COMPTE_PARENT', ordered: 800, held: 700, waiting: 5 },
  ]);
  expect(drafts).toEqual([
    {
      invoiceId: 'i-1',
      startsOn: '2022-07-19',
      endsOn: '2022-10-01',
      contestableUntil: '2022-10-11',
      totalCents: '123456',
      answer: '',
    },
    {
      invoiceId: 'i-2',
      startsOn: '2022-10-01',
      endsOn: '2023-01-01',
      contestableUntil: null,
      totalCents: '9007199254740993',
      answer: 'CONTESTED',
    },
  ]);
});

test('PRV-7: tells a member the seats to be lost by day and school', async () => {
  expect((await members.of('m-1')).losses).toEqual([
    { itemCode: 'COMPTE_ELEVE', on: '2022-10-15', uai: '0440437L', seats: 1 },
    { itemCode: 'COMPTE_ELEVE', on: '2022-11-01', uai: '0440965K', seats: 2 },
  ]);
});

test('names a school once, and by its UAI while the directory has not told of it', async () => {
  expect([...(await members.of('m-1')).schoolNames].sort()).toEqual([
    ['0440437L', 'École Albert Camus — Ancenis'],
    ['0440965K', '0440965K'],
  ]);
});

test('SUP-3: tells nothing of another member', async () => {
  expect(await members.of('m-2')).toMatchObject({ drafts: [], schoolNames: new Map() });
});

test('adds up who waits, by membership', async () => {
  expect(await members.waiting()).toEqual(new Map([['m-1', 8]]));
});

test('GOV-1: adds up seats held and children waiting, of the memberships asked about alone', async () => {
  expect(await members.usage(['m-1', 'm-3'])).toEqual(
    new Map([['m-1', { held: 1112, waiting: 8 }]]),
  );
});

test('BIL-2: tells a member what two persons agreed on in its market, once, the newest first', async () => {
  const copies = new Copies();
  const prices = (marketCode: string) =>
    create(PricesApprovedSchema, {
      ...{ marketCode, proposalId: `prices of ${marketCode}`, approvedOn: '2022-04-12' },
      documentId: 'd-1',
      prices: [
        { label: 'Compte élève', effectiveFrom: '2022-07-19', unitPriceTenThousandths: 23500 },
      ],
    });
  const account = create(SupplierAccountApprovedSchema, {
    ...{ marketCode: 'mine', proposalId: 'account', approvedOn: '2022-05-01', documentId: 'd-2' },
    ...{ iban: 'FR7630006000011234567890189', effectiveFrom: '2022-07-19' },
  });
  await fresh.unitOfWork.run(async (tx) => {
    const organisation = { organisationId: 'org-1', name: 'Ancenis', siren: '200083228' };
    const accepted = { membershipId: 'm-1', organisation, marketCode: 'mine' };
    await copies.membershipAccepted(tx, create(MembershipAcceptedSchema, accepted));
    // A fact read twice changes nothing.
    for (const fact of [prices('mine'), prices('mine'), prices('another')]) {
      await copies.pricesApproved(tx, fact);
    }
    await copies.accountApproved(tx, account);
  });
  expect((await members.of('m-1')).agreements).toEqual([
    {
      ...{ proposalId: 'account', kind: 'SUPPLIER_ACCOUNT', approvedOn: '2022-05-01' },
      documentId: 'd-2',
      content: { iban: 'FR7630006000011234567890189', effectiveFrom: '2022-07-19' },
    },
    {
      ...{ proposalId: 'prices of mine', kind: 'PRICES', approvedOn: '2022-04-12' },
      documentId: 'd-1',
      content: [
        { label: 'Compte élève', effectiveFrom: '2022-07-19', unitPriceTenThousandths: 23500 },
      ],
    },
  ]);
  expect((await members.of('m-2')).agreements).toEqual([]);
});

test('tells a member of the events passed over, once each, the newest first, and of no other’s', async () => {
  const copies = new Copies();
  const skipped = (service: string, membershipId: string, decidedOn: string, toldOn: string) =>
    create(EventSkippedSchema, {
      ...{ service, membershipId, decidedOn, toldOn, proposalId: 'p-1', at: 't/0@1' },
      ...{ type: 'ent.membership.v1.OrderSigned', reason: 'Date impossible.' },
    });
  await fresh.unitOfWork.run(async (tx) => {
    await copies.eventSkipped(tx, skipped('billing', 'm-1', '2022-10-03', '2022-10-01'));
    await copies.eventSkipped(tx, skipped('billing', 'm-1', '2022-10-03', '2022-10-01'));
    await copies.eventSkipped(tx, skipped('metering', 'm-1', '2022-10-04', ''));
    await copies.eventSkipped(tx, skipped('billing', 'm-2', '2022-10-05', ''));
  });
  const told = { proposalId: 'p-1', type: 'ent.membership.v1.OrderSigned' };
  expect((await members.of('m-1')).skipped).toEqual([
    {
      ...told,
      service: 'metering',
      decidedOn: '2022-10-04',
      toldOn: null,
      reason: 'Date impossible.',
    },
    {
      ...told,
      service: 'billing',
      decidedOn: '2022-10-03',
      toldOn: '2022-10-01',
      reason: 'Date impossible.',
    },
  ]);
});
