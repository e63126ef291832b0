import { randomUUID } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { BillingRhythmChosenSchema, ChorusProRecordedSchema } from '#libs/contracts';
import type { InseeCode, Siren } from '#libs/identifiers';
import type { Caller } from '#libs/identity';
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
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { Documents } from '../documents/documents.pg.js';
import { Commands } from '#libs/commands';
import { ChangeBillingContacts } from './change-billing-contacts.js';
import { ChangeOrganisationFile } from './change-organisation-file.js';
import { EndSignatory } from './end-signatory.js';
import { OrganisationFiles } from './organisation-files.pg.js';
import { Organisations } from './organisations.pg.js';
import { ChooseBillingRhythm } from '../adhesion/memberships/choose-billing-rhythm.js';
import { RecordChorusPro } from '../adhesion/memberships/record-chorus-pro.js';
import { RecordSignatory } from './record-signatory.js';
import { ViewOrganisationFile } from './view-organisation-file.js';
import { keptPapers } from '../../../../test/support/builders/kept-papers.js';

jest.setTimeout(60_000);

const organisationId = `org-${ancenis.siren}`;
let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.applyAs(ancenis);
}, 30_000);
afterEach(() => world.fresh.drop());

const files = () => new OrganisationFiles(world.database);
const change = () =>
  new ChangeOrganisationFile(new Commands(world.unitOfWork, world.businessDate), files());
const view = () =>
  new ViewOrganisationFile(new OrganisationFiles(world.database), world.businessDate);
const file = (caller: Caller = coordinator) => view().find({ marketCode, organisationId, caller });
const about = (version: number, caller: Caller = coordinator) => ({
  ...{ marketCode, organisationId, version, caller },
});
const chorusPro = (purchaseOrderNumber: string) => ({
  ...{ recipientSiret: '', serviceCode: 'SCOLAIRE', purchaseOrderNumber, marketNumber: 'M-1' },
});
const record = (
  version: number,
  validFrom: string,
  number: string,
  caller: Caller = coordinator,
  idempotencyKey: string = randomUUID(),
) =>
  new RecordChorusPro(change(), files(), world.memberships).execute({
    ...about(version, caller),
    idempotencyKey,
    validFrom: localDate(validFrom),
    chorusPro: chorusPro(number),
  });

test('ADH-1: Chorus Pro data are in force from a day on, and what was recorded stays readable', async () => {
  expect(await file()).toMatchObject({ version: 0, chorusPro: { purchaseOrderNumber: '' } });
  await record(0, '2022-01-01', 'ENG-2022');
  await record(1, '2023-01-01', 'ENG-2023');
  expect(await file()).toMatchObject({ version: 2, chorusPro: chorusPro('ENG-2022') });
  await world.day('2022-12-31');
  expect((await file()).chorusPro).toEqual(chorusPro('ENG-2022'));
  await world.day('2023-01-01');
  expect((await file()).chorusPro).toEqual(chorusPro('ENG-2023'));
  await record(2, '2023-01-01', 'ENG-2023-BIS');
  expect((await file()).chorusPro).toEqual(chorusPro('ENG-2023-BIS'));
  const page = { ...about(0), limit: 2 };
  const first = await view().chorusProEntries(page);
  expect(first.map((entry) => entry.chorusPro.purchaseOrderNumber)).toEqual([
    'ENG-2023-BIS',
    'ENG-2023',
    'ENG-2022',
  ]);
  const { validFrom, entryId } = first[1]!;
  const rest = await view().chorusProEntries({ ...page, after: [validFrom, entryId] });
  expect(rest.map((entry) => entry.recordedOn)).toEqual(['2022-01-14']);
  await expect(world.fresh.asOwner('delete from chorus_pro_entry')).rejects.toThrow();
});

test.each([
  "update organisation set siren = '130025265'",
  "update organisation_signatory set name = 'Autre'",
  'update organisation_signatory set delegation_document_id = null',
  'update document_blob set size = 1',
  "update membership set organisation_id = 'org-130025265'",
])(
  'ADH-1, ADH-2: who a member is, and what was signed, the service cannot rewrite: %s',
  async (sql) => {
    await expect(world.database.query(sql)).rejects.toThrow('permission denied');
  },
);

test('ADH-1: acceptance and activation tell the data in force, not those of the past or to come', async () => {
  const told = async () => {
    const { rows } = await world.database.query<{ number: string }>(
      "select chorus_pro ->> 'purchaseOrderNumber' as number from organisation",
    );
    return rows[0]?.number;
  };
  await record(0, '2022-01-14', 'TODAY');
  expect(await told()).toBe('TODAY');
  await record(1, '2022-01-15', 'TOMORROW');
  await record(2, '2021-01-01', 'LAST-YEAR');
  expect(await told()).toBe('TODAY');
});

test('ADH-1: Chorus Pro data are told to who invoices: those of before with the acceptance, the others when recorded', async () => {
  const { rows } = await world.database.query<{ id: string }>('select id from membership');
  const membershipId = rows[0]!.id;
  const told = async () => {
    const { rows: outbox } = await world.database.query<{ value: Buffer }>(
      "select value from platform.outbox where key = $1 and type like '%ChorusProRecorded' order by id",
      [membershipId],
    );
    return outbox
      .map(({ value }) => fromBinary(ChorusProRecordedSchema, value))
      .map((m) => `${m.membershipVersion} ${m.validFrom} ${m.chorusPro?.purchaseOrderNumber}`);
  };
  await record(0, '2022-01-01', 'ENG-2022');
  await record(1, '2022-01-01', 'ENG-2022-BIS');
  await record(2, '2023-01-01', 'ENG-2023');
  expect(await told()).toEqual([]);
  await world.enterAndAccept(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  expect(await told()).toEqual(['2 2022-01-01 ENG-2022-BIS', '3 2023-01-01 ENG-2023']);
  await record(3, '2024-01-01', 'ENG-2024');
  expect((await told()).slice(2)).toEqual([expect.stringMatching(/^\d+ 2024-01-01 ENG-2024$/)]);
  // Each version once, without gap: a copy that missed one knows (BIL-5).
  const versions = await world.database.query(
    'select version = (select count(*) from platform.outbox where key = $1) as whole from membership where id = $1',
    [membershipId],
  );
  expect(versions.rows).toEqual([{ whole: true }]);
});

test('a change of a version that is not the last is refused, and the same key gives the same answer', async () => {
  const key = randomUUID();
  expect(await record(0, '2022-01-01', 'A', coordinator, key)).toEqual({ version: 1 });
  expect(await record(0, '2022-01-01', 'A', coordinator, key)).toEqual({ version: 1 });
  expect(await codeOf(record(0, '2022-01-01', 'B'))).toBe('ORGANISATION_FILE_STALE');
  const both = await Promise.all(['C', 'D'].map((n) => codeOf(record(1, '2022-01-01', n))));
  expect(both.sort()).toEqual(['ORGANISATION_FILE_STALE', undefined]);
  expect(await world.count('from chorus_pro_entry')).toBe(2);
});

test('ADH-1: who signs, from when to when, and by which delegation', async () => {
  const signatory = {
    ...{ name: 'Camille Inventée', function: 'Maire', kind: 'HEAD' as const },
    ...{ delegationDocumentId: undefined, startsOn: localDate('2020-07-05'), endsOn: undefined },
  };
  const useCase = new RecordSignatory(change(), files(), new Documents(world.database, keptPapers));
  const recordOne = (
    version: number,
    over: Partial<Parameters<typeof useCase.execute>[0]['signatory']>,
  ) =>
    useCase.execute({
      ...about(version),
      idempotencyKey: randomUUID(),
      signatory: { ...signatory, ...over },
    });
  const { signatoryId } = await recordOne(0, {});
  expect(await codeOf(recordOne(1, { kind: 'DELEGATE' }))).toBe('SIGNATORY_INVALID');
  const unknown = { kind: 'DELEGATE', delegationDocumentId: 'unknown' } as const;
  expect(await codeOf(recordOne(1, unknown))).toBe('DOCUMENT_UNKNOWN');
  const end = new EndSignatory(change(), files());
  const ending = { ...about(1), signatoryId, endsOn: localDate('2026-03-22') };
  expect(await codeOf(end.execute({ ...ending, signatoryId: 'other' }))).toBe('SIGNATORY_UNKNOWN');
  expect(await end.execute(ending)).toEqual({ version: 2 });
  expect((await file()).signatories).toMatchObject([
    { name: signatory.name, endsOn: '2026-03-22' },
  ]);
  const { rows } = await world.database.query<{ details: string }>(
    "select details::text from platform.audit_entry where subject = $1 and action like 'signatory%'",
    [`organisation:${organisationId}`],
  );
  expect(rows.length).toBeGreaterThan(1);
  // SUP-4: identifiers only, never a name.
  expect(JSON.stringify(rows)).not.toContain('Camille');
});

test('ADH-1: billing contacts are replaced as a whole', async () => {
  const useCase = new ChangeBillingContacts(change(), files());
  const contact = (name: string) => ({ name, mail: 'factures@example.org', phone: '' });
  await useCase.execute({ ...about(0), contacts: [contact('A'), contact('B')] });
  await useCase.execute({ ...about(1), contacts: [contact('C')] });
  expect((await file()).billingContacts).toEqual([contact('C')]);
});

test('SUP-3: a member reads and changes its own file only, the supplier reads', async () => {
  const own = ordererOf(ancenis.siren);
  const other = ordererOf(vertou.siren);
  expect(await file(own)).toMatchObject({ version: 0 });
  expect(await codeOf(file(other))).toBe('NOT_FOUND');
  expect(await codeOf(file(callerWith('supplier')))).toBeUndefined();
  expect(await codeOf(file(callerWith('supplier', { markets: ['autre'] })))).toBe('NOT_FOUND');
  expect(await codeOf(record(0, '2022-01-01', 'A', own))).toBeUndefined();
  expect(await codeOf(record(1, '2022-01-01', 'A', other))).toBe('NOT_FOUND');
  expect(await codeOf(record(1, '2022-01-01', 'A', callerWith('supplier')))).toBe('NOT_FOUND');
});

test('ADH-1: data recorded without a recipient keep the one known for their day, on file and as told', async () => {
  const recorded = (version: number, validFrom: string, recipientSiret: string) =>
    new RecordChorusPro(change(), files(), world.memberships).execute({
      ...{ ...about(version), idempotencyKey: randomUUID(), validFrom: localDate(validFrom) },
      chorusPro: { ...chorusPro('ENG'), recipientSiret },
    });
  await recorded(0, '2022-01-01', '21440003600010');
  await recorded(1, '2022-01-01', '');
  await recorded(2, '2023-01-01', '21440003600028');
  await recorded(3, '2023-06-01', '');
  // Of a day before all that was said.
  await recorded(4, '2021-01-01', '');
  const entries = await view().chorusProEntries({ ...about(0), limit: 10 });
  expect(entries.map((entry) => [entry.validFrom, entry.chorusPro.recipientSiret])).toEqual([
    ['2023-06-01', '21440003600028'],
    ['2023-01-01', '21440003600028'],
    ['2022-01-01', '21440003600010'],
    ['2022-01-01', '21440003600010'],
    ['2021-01-01', '21440003600010'],
  ]);
});

test('BIL-3: a rhythm chosen holds from the next contract year on, and is told to who invoices', async () => {
  const choose = (
    version: number,
    rhythm: 'QUARTER' | 'YEAR',
    caller: Caller = ordererOf(ancenis.siren),
    idempotencyKey: string = randomUUID(),
  ) =>
    new ChooseBillingRhythm(change(), files(), world.memberships).execute({
      ...{ ...about(version, caller), idempotencyKey, rhythm },
    });
  const [{ id: membershipId = '' } = {}] = await world.database.rows<{ id: string }>(
    'select id from membership',
  );
  const told = async () =>
    (
      await world.database.rows<{ value: Buffer }>(
        "select value from platform.outbox where key = $1 and type like '%BillingRhythmChosen' order by id",
        [membershipId],
      )
    )
      .map(({ value }) => fromBinary(BillingRhythmChosenSchema, value))
      .map(({ validFrom, rhythm }) => [validFrom, rhythm]);
  expect(await codeOf(choose(0, 'YEAR', ordererOf(vertou.siren)))).toBe('NOT_FOUND');
  expect(await codeOf(choose(0, 'YEAR', callerWith('supplier')))).toBe('NOT_FOUND');
  const key = randomUUID();
  await choose(0, 'YEAR', coordinator, key);
  expect(await choose(0, 'YEAR', coordinator, key)).toEqual({ version: 1 });
  expect((await file()).billingRhythm).toEqual({
    ...{ current: 'YEAR', nextFrom: '2022-07-19', next: 'YEAR', ofMarket: false },
  });
  expect(await told()).toEqual([]);
  await world.enterAndAccept(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  expect(await told()).toEqual([['2022-07-19', 'YEAR']]);
  // Invoices of the year that has begun keep their rhythm.
  await world.day('2022-07-19');
  await choose(1, 'QUARTER');
  expect((await file()).billingRhythm).toEqual({
    ...{ current: 'YEAR', nextFrom: '2023-07-19', next: 'QUARTER', ofMarket: false },
  });
  expect(await told()).toEqual([
    ['2022-07-19', 'YEAR'],
    ['2023-07-19', 'QUARTER'],
  ]);
  await world.day('2025-07-19');
  expect(await codeOf(choose(2, 'YEAR'))).toBe('BILLING_RHYTHM_TOO_LATE');
  await expect(world.fresh.asOwner('delete from billing_rhythm_entry')).rejects.toThrow();
  await expect(
    world.database.query(
      `insert into billing_rhythm_entry (organisation_id, market_code, valid_from, rhythm, recorded_by, recorded_on)
       values ($1, $2, '2025-07-19', 'YEAR', 'x', '2025-07-19')`,
      [organisationId, marketCode],
    ),
  ).rejects.toMatchObject({ code: '23514' });
});

test('ADH-1: an organisation that several commands register at once is there once, and none of them fails', async () => {
  const sirenOf = (n: number) => `9${String(n).padStart(8, '0')}` as Siren;
  const town = (n: number) => ({
    ...{ organisationId: `org-${sirenOf(n)}`, siren: sirenOf(n), name: `Ville ${n}` },
    ...{
      kind: 'COMMUNE' as const,
      insee: '44003' as InseeCode,
      communes: [],
      address: '1 place de la Mairie',
    },
    chorusPro: { ...chorusPro('BC-1'), recipientSiret: '' },
  });
  // Not through the unit of work, which would run the loser again.
  const save = async (n: number) => {
    const client = await world.database.connect();
    try {
      await client.query("begin; set local lock_timeout = '5s'");
      await new Organisations().save(client, town(n));
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  };
  // Rare: ten at once met on a key in one of some hundred rounds.
  for (let n = 0; n < 200; n += 1) {
    const saved = await Promise.allSettled(Array.from({ length: 10 }, () => save(n)));
    expect(saved.filter(({ status }) => status === 'rejected')).toEqual([]);
  }
});
