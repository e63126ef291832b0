import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { createLogger } from '#libs/observability';
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
import { FsDocumentStore } from './document-store.fs-gateway.js';
import type { DocumentKind, DocumentOwner, DocumentQuota } from './domain/document.js';
import { Documents } from './documents.pg.js';
import { DownloadDocument } from './download-document.js';
import { ListDocuments } from './list-documents.js';
import { SweepDocuments } from './sweep-documents.js';
import { UploadDocument } from './upload-document.js';

jest.setTimeout(60_000);

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

const financeOf = (siren: string) =>
  callerWith('member-finance', { organisationId: `org-${siren}` });
const logger = createLogger('test', 'silent');
const store = () => new FsDocumentStore(folder);
const documents = () => new Documents(world.database, store());
const uploadWith = (
  over: Partial<Parameters<UploadDocument['execute']>[0]> = {},
  quota: DocumentQuota = { documents: 100, bytes: 1_000_000 },
) =>
  new UploadDocument(world.unitOfWork, world.commands, documents(), store(), quota).execute({
    idempotencyKey: randomUUID(),
    owner: { membershipId },
    kind: 'CONVENTION',
    title: 'Convention signée',
    fileName: '../convention.PDF',
    datedOn: localDate('2022-01-10'),
    content: Buffer.from('%PDF-1.7 convention'),
    caller: coordinator,
    ...over,
  });
const download = (documentId: string, caller: Caller = coordinator) =>
  new DownloadDocument(world.commands, documents(), store(), logger).execute({
    documentId,
    caller,
  });
const blobs = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name));

test('ADH-2: a document is kept with its digest outside the database, and its download is written down', async () => {
  const document = await uploadWith();
  expect(document).toMatchObject({
    kind: 'CONVENTION',
    mediaType: 'application/pdf',
    fileName: 'convention.pdf',
    size: 19,
    marketCode,
    organisationId: `org-${ancenis.siren}`,
    membershipId,
    uploadedOn: '2022-01-14',
  });
  expect(await blobs()).toEqual([expect.stringContaining(document.sha256)]);
  const taken = await download(document.documentId, ordererOf(ancenis.siren));
  expect(Buffer.from(taken.content).toString()).toBe('%PDF-1.7 convention');
  const { rows } = await world.database.query(
    `select action, actor, subject, rests_on, business_date from platform.audit_entry
      where subject = $1 order by id`,
    [`document:${document.documentId}`],
  );
  expect(rows).toMatchObject([
    { action: 'document.uploaded', actor: 'user-coordinator', rests_on: document.sha256 },
    { action: 'document.downloaded', actor: 'user-member-orderer', business_date: '2022-01-14' },
  ]);
});

test('the same key gives the same document, the same content lies there once', async () => {
  const idempotencyKey = randomUUID();
  const first = await uploadWith({ idempotencyKey });
  expect(await uploadWith({ idempotencyKey })).toEqual(first);
  expect(await codeOf(uploadWith({ idempotencyKey, title: 'Autre' }))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
  const second = await uploadWith({ title: 'Autre' });
  expect(second.documentId).not.toBe(first.documentId);
  expect(await blobs()).toHaveLength(1);
  expect(await world.count('from document')).toBe(2);
});

test('a content that is not what was uploaded is never given: DOCUMENT_CORRUPT', async () => {
  const { documentId } = await uploadWith();
  const [name = ''] = await blobs();
  await writeFile(join(folder, name), '%PDF-1.7 conventioN');
  expect(await codeOf(download(documentId))).toBe('DOCUMENT_CORRUPT');
  await rm(join(folder, name));
  expect(await codeOf(download(documentId))).toBe('DOCUMENT_CORRUPT');
});

test('a refused document writes nothing: type, date, owner', async () => {
  expect(await codeOf(uploadWith({ content: Buffer.from('PK\u0003\u0004') }))).toBe(
    'DOCUMENT_TYPE_REFUSED',
  );
  expect(await codeOf(uploadWith({ datedOn: localDate('2022-01-15') }))).toBe(
    'DOCUMENT_DATE_INVALID',
  );
  expect(await codeOf(uploadWith({ datedOn: localDate('2022-01-14') }))).toBeUndefined();
  expect(await codeOf(uploadWith({ owner: { membershipId: 'unknown' } }))).toBe('NOT_FOUND');
  expect(await codeOf(uploadWith({ owner: { marketCode: 'autre' } }))).toBe('NOT_FOUND');
  expect(await world.count('from document')).toBe(1);
});

test('ADH-2: a PDF with a script is not kept, and the refusal says what to do', async () => {
  const before = [await blobs(), await world.count('from document')];
  const content = Buffer.from('%PDF-1.7\n1 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj\n');
  await expect(uploadWith({ content })).rejects.toMatchObject({
    ...{ code: 'DOCUMENT_HAS_ACTIVE_CONTENT', kind: 'invalid', details: { reason: 'PROGRAM' } },
    message: expect.stringContaining('imprimez-le « au format PDF »'),
  });
  expect([await blobs(), await world.count('from document')]).toEqual(before);
});

test('SUP-3: a member deposits and reads for itself only; another market’s coordinator sees nothing', async () => {
  const own = await uploadWith({ caller: ordererOf(ancenis.siren) });
  const other = ordererOf(vertou.siren);
  expect(await codeOf(uploadWith({ caller: other }))).toBe('NOT_FOUND');
  expect(await codeOf(uploadWith({ caller: other, owner: { marketCode } }))).toBe('NOT_FOUND');
  const list = new ListDocuments(documents());
  for (const caller of [
    other,
    callerWith('supplier'),
    callerWith('coordinator', { markets: ['autre'] }),
  ]) {
    expect(await codeOf(download(own.documentId, caller))).toBe('NOT_FOUND');
    expect(await codeOf(list.find({ documentId: own.documentId, caller }))).toBe('NOT_FOUND');
  }
  const page = { owner: { membershipId }, kind: '', limit: 10 };
  expect(await codeOf(list.list({ ...page, caller: other }))).toBe('NOT_FOUND');
  expect(await list.list({ ...page, caller: coordinator })).toHaveLength(1);
});

test('SUP-3: the supplier deposits what it proposes by in the market’s file, within its quota, and nothing else', async () => {
  const supplier = callerWith('supplier');
  const paper = { owner: { marketCode }, caller: supplier, kind: 'RIB' } as const;
  const { documentId, organisationId } = await uploadWith(paper);
  expect(organisationId).toBeUndefined();
  expect((await download(documentId, ordererOf(ancenis.siren))).document.kind).toBe('RIB');
  for (const over of [
    { kind: 'CCAP' },
    { owner: { membershipId } },
    { owner: { marketCode, organisationId: `org-${ancenis.siren}` } },
    { caller: callerWith('supplier', { markets: ['another'] }) },
    { caller: ordererOf(ancenis.siren) },
  ] as const) {
    expect(await codeOf(uploadWith({ ...paper, ...over }))).toBe('NOT_FOUND');
  }
  const full = uploadWith(
    { ...paper, content: Buffer.from('%PDF-1.7 2') },
    { documents: 1, bytes: 99 },
  );
  expect(await codeOf(full)).toBe('DOCUMENT_QUOTA_REACHED');
});

test('BIL-9, SUP-3: a member’s finance deposits what it contests a draft by in its own file, which the supplier reads, and nothing else', async () => {
  const finance = financeOf(ancenis.siren);
  const piece = { caller: finance, kind: 'INVOICE_CONTEST' } as const;
  const { documentId } = await uploadWith(piece);
  for (const caller of [finance, callerWith('supplier'), ordererOf(ancenis.siren)])
    expect((await download(documentId, caller)).document.kind).toBe('INVOICE_CONTEST');
  expect(await codeOf(download(documentId, financeOf(vertou.siren)))).toBe('NOT_FOUND');
  for (const over of [
    { kind: 'OTHER' },
    { kind: 'ANNEXE2' },
    { owner: { marketCode } },
    { caller: financeOf(vertou.siren) },
    { caller: callerWith('supplier') },
    { caller: callerWith('member-reader', { organisationId: `org-${ancenis.siren}` }) },
  ] as const)
    expect(await codeOf(uploadWith({ ...piece, ...over }))).toBe('NOT_FOUND');
  expect(await codeOf(uploadWith({ ...piece, content: Buffer.from('<html>%PDF-1.7') }))).toBe(
    'DOCUMENT_TYPE_REFUSED',
  );
  const huge = Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(50_000_000)]);
  expect(await codeOf(uploadWith({ ...piece, content: huge }))).toBe('DOCUMENT_TOO_LARGE');
  expect(await world.count('from document')).toBe(1);
});

test('an organisation’s document before its application proves something about its membership, another’s does not', async () => {
  const organisationId = `org-${ancenis.siren}`;
  const before = await uploadWith({ owner: { marketCode, organisationId } });
  const theirs = await uploadWith({
    owner: { marketCode, organisationId: `org-${vertou.siren}` },
  });
  const markets = await uploadWith({ owner: { marketCode }, kind: 'AMENDMENT' });
  const reference = (documentId: string, owner: DocumentOwner) =>
    documents().reference(documentId, owner);
  expect(await reference(before.documentId, { membershipId })).toEqual({
    documentId: before.documentId,
    kind: 'CONVENTION',
    title: 'Convention signée',
    sha256: before.sha256,
    datedOn: '2022-01-10',
  });
  expect(await codeOf(reference(theirs.documentId, { membershipId }))).toBe('DOCUMENT_UNKNOWN');
  expect(await codeOf(reference(markets.documentId, { membershipId }))).toBe('DOCUMENT_UNKNOWN');
  expect(await reference(markets.documentId, { marketCode })).toMatchObject({ kind: 'AMENDMENT' });
  expect(await codeOf(reference('unknown', { marketCode }))).toBe('DOCUMENT_UNKNOWN');
});

test('a list is in order and in pages', async () => {
  const kinds: DocumentKind[] = ['CONVENTION', 'DELIBERATION', 'LETTER'];
  for (const [index, kind] of kinds.entries()) {
    await uploadWith({ kind, datedOn: localDate(`2022-01-0${index + 1}`) });
  }
  const owner = { membershipId, organisationId: `org-${ancenis.siren}`, marketCode };
  const all = await documents().list({ owner, kind: '', limit: 10 });
  expect(all.map(({ kind }) => kind)).toEqual(['LETTER', 'DELIBERATION', 'CONVENTION']);
  const last = all[1]!;
  const rest = await documents().list({
    owner,
    kind: '',
    limit: 10,
    after: [last.datedOn, last.documentId],
  });
  expect(rest.map(({ kind }) => kind)).toEqual(['CONVENTION']);
  expect(await documents().list({ owner, kind: 'LETTER', limit: 10 })).toHaveLength(1);
});

test('what an upload that failed left is swept after a day, what documents name stays', async () => {
  const kept = await uploadWith();
  await codeOf(
    uploadWith({ content: Buffer.from('%PDF-1.7 lost'), datedOn: localDate('2023-01-01') }),
  );
  expect(await blobs()).toHaveLength(2);
  const sweep = new SweepDocuments(world.unitOfWork, documents(), store(), logger);
  expect(await sweep.execute()).toBe(0);
  await world.database.query("update document_blob set touched_at = now() - interval '25 hours'");
  expect(await sweep.execute()).toBe(1);
  expect(await sweep.execute()).toBe(0);
  expect(await blobs()).toEqual([expect.stringContaining(kept.sha256)]);
  expect((await download(kept.documentId)).content).toHaveLength(19);
});

test('of two processes that sweep at once each content is removed by one', async () => {
  for (const content of ['a', 'b', 'c', 'd'])
    await codeOf(
      uploadWith({
        content: Buffer.from(`%PDF-1.7 lost ${content}`),
        datedOn: localDate('2023-01-01'),
      }),
    );
  expect(await blobs()).toHaveLength(4);
  await world.database.query("update document_blob set touched_at = now() - interval '25 hours'");
  const sweep = () => new SweepDocuments(world.unitOfWork, documents(), store(), logger).execute();
  const swept = await Promise.all([sweep(), sweep()]);
  expect(swept[0] + swept[1]).toBe(4);
  expect(await blobs()).toEqual([]);
});

test('the database refuses to change or remove a document', async () => {
  await uploadWith();
  for (const sql of [
    "update document set title = 'x'",
    'delete from document',
    'truncate document',
  ]) {
    await expect(world.database.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^(23|42501)/),
    });
  }
});

describe('a member’s file takes so much from the member', () => {
  const orderer = ordererOf(ancenis.siren);
  const pdf = (text: string) => Buffer.from(`%PDF-1.7 ${text}`);
  const deposit = (text: string, over: Partial<Parameters<UploadDocument['execute']>[0]> = {}) =>
    uploadWith({ content: pdf(text), caller: orderer, ...over }, { documents: 4, bytes: 60 });
  const refused = { code: 'DOCUMENT_QUOTA_REACHED', kind: 'conflict' };
  const contents = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());

  test('so many documents, however many come at once; nothing of what is refused is written', async () => {
    const answers = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((i) => deposit(`${i}`)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    const written = (await contents()).length;
    await expect(deposit('one more')).rejects.toMatchObject(refused);
    await expect(deposit('1')).rejects.toMatchObject(refused);
    expect(await contents()).toHaveLength(written);
  });

  test('so many bytes; the same key has its first answer still', async () => {
    const idempotencyKey = randomUUID();
    const first = await deposit('first', { idempotencyKey });
    await deposit('x'.repeat(60 - 'first'.length - 2 * pdf('').length));
    await expect(deposit('')).rejects.toMatchObject(refused);
    expect(await deposit('first', { idempotencyKey })).toEqual(first);
  });

  test('what the group must deposit about a member comes in all the same', async () => {
    await deposit('x'.repeat(60 - pdf('').length));
    await expect(deposit('own letter')).rejects.toMatchObject(refused);
    await deposit('judgement', { caller: coordinator, kind: 'COURT_DECISION' });
  });

  test('nobody else of the machine reads what is written', async () => {
    await deposit('paper');
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    const modes = await Promise.all(
      all.map(async (one) => (await stat(join(one.parentPath, one.name))).mode & 0o077),
    );
    expect(modes.length).toBeGreaterThan(2);
    expect(modes.filter((mode) => mode !== 0)).toEqual([]);
  });
});
