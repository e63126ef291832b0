import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, registry } from '#libs/observability';
import { Seals } from '#libs/persistence';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import { CheckDocuments } from './check-documents.js';
import { CheckDocumentsScheduler } from './check-documents.scheduler.js';
import { FsDocumentStore } from './document-store.fs-gateway.js';
import { Documents } from './documents.pg.js';
import { UploadDocument } from './upload-document.js';

/** Goal: no decision rests on a row that somebody wrote by hand. Method: uploads, then SQL as the service's role and files changed. */
let world: MembershipWorld;
let folder: string;
let membershipId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
  await world.day('2022-01-14');
  await world.publishMarket();
  ({ membershipId } = await world.applyAs(ancenis, {
    stated: ['CONVENTION', 'DELIBERATION', 'ANNEXE2'],
  }));
}, 30_000);
afterEach(async () => {
  await rm(folder, { recursive: true });
  await world.fresh.drop();
});

const store = () => new FsDocumentStore(folder);
const documents = () => new Documents(world.database, store());
const check = () => new CheckDocuments(documents(), store());
const scheduler = () => new CheckDocumentsScheduler(check(), createLogger('test', 'silent'));
const metric = async (name: string) =>
  Number((await registry.getSingleMetric(name)!.get()).values[0]?.value);
const upload = (text: string) =>
  new UploadDocument(world.unitOfWork, world.commands, documents(), store(), {
    documents: 100,
    bytes: 1_000_000,
  }).execute({
    ...{ idempotencyKey: randomUUID(), owner: { membershipId }, kind: 'DECISION' },
    ...{ title: text, fileName: 'a.pdf', datedOn: localDate('2022-01-10'), caller: coordinator },
    content: Buffer.from(`%PDF-1.7 ${text}`),
  });
/** Seals the uploads and lets an hour pass. */
const sealed = async () => {
  await new Seals(world.database, world.unitOfWork).seal();
  await world.fresh.asOwner(`set session_replication_role = replica;
    update platform.audit_entry set recorded_at = recorded_at - interval '1 hour'`);
};
const faults = async () =>
  (await check().page('', '')).atFault.map(({ documentId, fault }) => [documentId, fault]);
/** A row of the service's own, with the bytes of another document or with none. */
const forged = async (sha256: string) => {
  const id = randomUUID();
  await world.database.query(
    'insert into document_blob (sha256, size) values ($1, 10) on conflict do nothing',
    [sha256],
  );
  await world.database.query(
    `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, uploaded_by, uploaded_on)
     values ($1, $2, 'application/pdf', 'a.pdf', 'Arrêté', 'DECISION', '2022-01-10', $3, $4, '2022-01-14')`,
    [id, sha256, marketCode, coordinator.userId],
  );
  return id;
};

test('ADH-2: documents that were uploaded, sealed or about to be, are not at fault', async () => {
  await upload('un');
  expect(await faults()).toEqual([]);
  await sealed();
  expect(await faults()).toEqual([]);
  await scheduler().execute();
  expect(await metric('ent_documents_at_fault')).toBe(0);
});

test('ADH-5: a row without bytes, and one with the bytes of another document, are at fault', async () => {
  const { sha256 } = await upload('un');
  const [absent, borrowed] = [await forged('b'.repeat(64)), await forged(sha256)];
  const expected = [
    [absent, 'ABSENT'],
    [borrowed, 'NOT_UPLOADED'],
  ].sort();
  expect((await faults()).sort()).toEqual(expected);
  await scheduler().execute();
  expect(await metric('ent_documents_at_fault')).toBe(2);
  expect(await metric('ent_documents_checked_seconds')).toBeGreaterThan(Date.now() / 1_000 - 60);
});

test('ADH-2: a content that was damaged, removed or swapped is at fault', async () => {
  const [damaged, removed, intact] = [
    await upload('un'),
    await upload('deux'),
    await upload('trois'),
  ];
  const place = ({ sha256 }: { sha256: string }) =>
    join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  await writeFile(place(damaged), '%PDF-1.7 trois');
  await rm(place(removed));
  expect((await faults()).sort()).toEqual(
    [
      [damaged.documentId, 'DAMAGED'],
      [removed.documentId, 'ABSENT'],
    ].sort(),
  );
  expect(await check().execute({ marketCode, after: '', caller: coordinator })).toMatchObject({
    checked: 3,
    next: '',
  });
  expect(intact.title).toBe('trois');
});

test.each([
  ['another person', `set actor = 'somebody'`],
  ['another content', `set rests_on = repeat('c', 64)`],
  ['another action', `set action = 'document.downloaded'`],
])('ADH-5: a line of the journal of %s explains no upload', async (_, change) => {
  const { documentId } = await upload('un');
  await world.fresh.asOwner(
    `set session_replication_role = replica; update platform.audit_entry ${change} where action = 'document.uploaded'`,
  );
  expect(await faults()).toEqual([[documentId, 'NOT_UPLOADED']]);
});

test('ADH-5: a line that no seal holds a quarter of an hour later explains no upload', async () => {
  const { documentId } = await upload('un');
  await world.fresh.asOwner(`set session_replication_role = replica;
    update platform.audit_entry set recorded_at = recorded_at - interval '1 hour'`);
  expect(await faults()).toEqual([[documentId, 'NOT_UPLOADED']]);
});

test('ADH-2: pages of a market, to its end; another market is nobody else’s to check', async () => {
  for (let n = 0; n < 51; n += 1) await forged(String(n).padStart(64, '0'));
  const first = await check().execute({ marketCode, after: '', caller: coordinator });
  expect([first.checked, first.atFault.length]).toEqual([50, 50]);
  const rest = await check().execute({ marketCode, after: first.next, caller: coordinator });
  expect([rest.checked, rest.next]).toEqual([1, '']);
  await scheduler().execute();
  expect(await metric('ent_documents_at_fault')).toBe(51);
  const stranger = callerWith('coordinator', { markets: ['autre'] });
  expect(() => check().execute({ marketCode, after: '', caller: stranger })).toThrow();
});

test('ADH-5: nothing is decided on a document without its bytes', async () => {
  const { documentId, sha256 } = await upload('un');
  const owner = { membershipId } as const;
  expect((await documents().reference(documentId, owner)).sha256).toBe(sha256);
  const absent = await forged('b'.repeat(64));
  await expect(documents().reference(absent, { marketCode })).rejects.toMatchObject({
    code: 'DOCUMENT_CORRUPT',
  });
  await writeFile(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), 'x');
  await expect(documents().reference(documentId, owner)).rejects.toMatchObject({
    code: 'DOCUMENT_CORRUPT',
  });
});
