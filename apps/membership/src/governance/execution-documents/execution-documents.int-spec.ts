import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { Documents } from '../../documents/documents.pg.js';
import { Commands } from '#libs/commands';
import { AcknowledgeDispatch } from './acknowledge-dispatch.js';
import { Dispatches } from './dispatches.pg.js';
import { OpenArchive } from './open-archive.js';
import { SendDocument } from './send-document.js';
import { ViewDispatches } from './view-dispatches.js';
import { keptPapers } from '../../../../../test/support/builders/kept-papers.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
let atAncenis: string;
let atVertou: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  atAncenis = await world.activeMember(ancenis, 412);
  atVertou = await world.activeMember(vertou, 900);
  await world.day('2022-04-12');
}, 30_000);
afterEach(() => world.fresh.drop());

async function aDocument(kind: string, organisationId?: string, size = 10): Promise<string> {
  const id = randomUUID();
  const sha256 = keptPapers.keep(id);
  await world.database.query(
    `with blob as (insert into document_blob (sha256, size) values ($2, $6) returning sha256)
     insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, organisation_id,
            uploaded_by, uploaded_on)
     select $1, sha256, 'application/pdf', 'd.pdf', 'Document fictif', $3, '2022-01-10', $4, $5, 'user', '2022-01-14'
       from blob`,
    [id, sha256, kind, marketCode, organisationId ?? null, size],
  );
  return id;
}

const commands = () => new Commands(world.unitOfWork, world.businessDate);
const documents = () => new Documents(world.database, keptPapers);
const send = (documentId: string, kind: string, membershipIds: string[] = [], key = randomUUID()) =>
  new SendDocument(commands(), new Dispatches(world.database), documents()).execute({
    idempotencyKey: key as string,
    marketCode,
    documentId,
    kind,
    membershipIds,
    caller: coordinator,
  });
const reader = () => new Dispatches(world.database);
const view = () => new ViewDispatches(reader());
const sentTo = (membershipId: string, caller: Caller) =>
  view().list({ membershipId, after: undefined, limit: 10, caller });
const unacknowledged = (limit = 10) =>
  view().unacknowledged({ marketCode, after: undefined, limit, caller: coordinator });
const acknowledge = (membershipId: string, dispatchId: string, caller: Caller) =>
  new AcknowledgeDispatch(commands(), new Dispatches(world.database)).execute({
    membershipId,
    dispatchId,
    caller,
  });
const archive = (membershipId: string, caller: Caller) =>
  new OpenArchive(commands(), reader(), documents()).execute({
    membershipId,
    caller,
  });

test('GOV-4: sent to every member once, acknowledged by each, and who has not is listed', async () => {
  const ccap = await aDocument('CCAP');
  expect(await send(ccap, 'CCAP')).toEqual({ sent: 2, passedOver: 0 });
  expect(await send(ccap, 'CCAP')).toEqual({ sent: 0, passedOver: 2 });
  expect(await unacknowledged()).toHaveLength(2);
  const [dispatch] = await sentTo(atAncenis, ordererOf(ancenis.siren));
  expect(dispatch).toMatchObject({ kind: 'CCAP', sentOn: '2022-04-12', acknowledgedOn: '' });
  await world.day('2022-04-13');
  const own = ordererOf(ancenis.siren);
  await acknowledge(atAncenis, dispatch!.dispatchId, own);
  await world.day('2022-04-14');
  // Again, by another: the first acknowledgement stays.
  const finance = callerWith('member-finance', { organisationId: `org-${ancenis.siren}` });
  expect(await acknowledge(atAncenis, dispatch!.dispatchId, finance)).toMatchObject({
    acknowledgedOn: '2022-04-13',
    acknowledgedBy: own.userId,
  });
  expect((await unacknowledged()).map((one) => one.membershipId)).toEqual([atVertou]);
  await expect(world.fresh.asOwner('delete from execution_dispatch')).rejects.toThrow('never');
});

test('GOV-4: a member’s own document goes to that member alone', async () => {
  const convention = await aDocument('CONVENTION', `org-${ancenis.siren}`);
  await expect(send(convention, 'CONVENTION', [atVertou])).rejects.toMatchObject({
    code: 'RECIPIENT_UNKNOWN',
  });
  expect(await send(convention, 'CONVENTION')).toEqual({ sent: 1, passedOver: 0 });
  expect(await sentTo(atVertou, coordinator)).toEqual([]);
  await expect(send(randomUUID(), 'CCAP')).rejects.toMatchObject({ code: 'DOCUMENT_UNKNOWN' });
  await expect(send(convention, 'CCAP')).rejects.toMatchObject({
    code: 'DOCUMENT_NOT_FOR_EXECUTION',
  });
});

test('SUP-3: another member sees, acknowledges and takes nothing, whatever other roles it has', async () => {
  await send(await aDocument('CCTP'), 'CCTP');
  const [dispatch] = await sentTo(atAncenis, coordinator);
  const roles = ['member-orderer', 'supplier', 'support-1'] as const;
  const stranger = { ...ordererOf(vertou.siren), roles };
  const refused = { code: 'NOT_FOUND' };
  await expect(sentTo(atAncenis, stranger)).rejects.toMatchObject(refused);
  await expect(archive(atAncenis, stranger)).rejects.toMatchObject(refused);
  await expect(acknowledge(atAncenis, dispatch!.dispatchId, stranger)).rejects.toMatchObject(
    refused,
  );
  await expect(acknowledge(atVertou, dispatch!.dispatchId, stranger)).rejects.toMatchObject(
    refused,
  );
});

test('GOV-4: the archive holds what was sent and the member’s own documents; taking it is journalled', async () => {
  const organisationId = `org-${ancenis.siren}`;
  const convention = await aDocument('CONVENTION', organisationId, 20);
  const letter = await aDocument('LETTER', organisationId);
  const bpu = await aDocument('BPU');
  await aDocument('CCAP');
  await aDocument('CONVENTION', `org-${vertou.siren}`);
  await send(convention, 'CONVENTION');
  await send(bpu, 'BPU_REVISION');
  const own = ordererOf(ancenis.siren);
  const { owner, entries } = await archive(atAncenis, own);
  expect(owner).toMatchObject({ organisationName: ancenis.name, siren: ancenis.siren });
  // Beside the three papers of its application.
  expect(entries).toHaveLength(6);
  const later = entries.filter(({ document }) => document.title === 'Document fictif');
  expect(later.map(({ document, dispatch }) => [document.documentId, dispatch?.kind])).toEqual([
    [bpu, 'BPU_REVISION'],
    [convention, 'CONVENTION'],
    [letter, undefined],
  ]);
  expect(
    await world.count(
      `from platform.audit_entry where action = 'archive.opened' and subject = $1 and actor = $2`,
      [`membership:${atAncenis}`, own.userId],
    ),
  ).toBe(1);
});
