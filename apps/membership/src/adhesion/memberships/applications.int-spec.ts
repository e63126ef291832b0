import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  verifier,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import {
  SuccessionWorld,
  tardiere,
  terval,
} from '../../../../../test/support/builders/succession-world.js';
import { Documents } from '../../documents/documents.pg.js';
import type { DocumentKind } from '../../documents/domain/document.js';
import { UploadDocument } from '../../documents/upload-document.js';
import { Commands } from '#libs/commands';
import { AdmitLateApplication } from './admit-late-application.js';
import { JudgeApplication } from './judge-application.js';
import { ListApplications } from './list-applications.js';
import { RecordSignedConvention } from './record-signed-convention.js';
import { RefuseApplication } from './refuse-application.js';
import { keptPapers } from '../../../../../test/support/builders/kept-papers.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
}, 30_000);
afterEach(async () => {
  await world.fresh.drop();
});

const decisions = () => {
  const { applications } = world;
  return [
    new Commands(world.unitOfWork, world.businessDate),
    world.memberships,
    applications,
    new JudgeApplication(applications, world.markets),
    new Documents(world.database, keptPapers),
  ] as const;
};
type Over = {
  documentId?: string;
  note?: string;
  idempotencyKey?: string;
  caller?: typeof coordinator;
};
const decision = (membershipId: string, over: Over) => ({
  idempotencyKey: randomUUID(),
  membershipId,
  note: '',
  documentId: '',
  caller: coordinator,
  ...over,
});
const admit = (membershipId: string, over: Over = {}) =>
  new AdmitLateApplication(...decisions()).execute({
    ...decision(membershipId, over),
    reason: 'POSTAL_DELAY',
  });
const refuse = (
  membershipId: string,
  reason: 'RECEIVED_LATE' | 'INCOMPLETE' | 'GIVEN_UP',
  over: Over = {},
) => new RefuseApplication(...decisions()).execute({ ...decision(membershipId, over), reason });
const list = () => new ListApplications(world.applications, world.markets, world.businessDate);
const find = (membershipId: string) => list().find({ membershipId, caller: coordinator });
const upload = async (
  owner: { membershipId: string } | { marketCode: string; organisationId: string },
  kind: DocumentKind = 'DECISION',
  datedOn = '2022-01-14',
) => {
  const documents = new Documents(world.database, keptPapers);
  const { documentId } = await new UploadDocument(
    world.unitOfWork,
    world.commands,
    documents,
    keptPapers,
    { documents: 10, bytes: 1_000_000 },
  ).execute({
    ...{ idempotencyKey: randomUUID(), owner, kind, title: kind, fileName: 'a.pdf' },
    ...{ datedOn: localDate(datedOn), content: Buffer.from(`%PDF-${kind}`), caller: coordinator },
  });
  return documentId;
};
const complete = async (membershipId: string) => {
  const { sha256 } = await world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
};
const accept = (membershipId: string) =>
  codeOf(world.accept.execute({ membershipId, caller: coordinator }));

describe.each(['SENT', 'RECEIVED'] as const)('ADH-3: where %s counts', (basis) => {
  const letters = [
    ['2022-01-15', '2022-01-15', { SENT: 'APPLIED', RECEIVED: 'APPLIED' }, false],
    ['2022-01-15', '2022-01-16', { SENT: 'APPLIED', RECEIVED: 'REFUSED' }, true],
    ['2022-01-14', '2022-01-15', { SENT: 'APPLIED', RECEIVED: 'APPLIED' }, false],
    ['2022-01-16', '2022-01-16', { SENT: 'REFUSED', RECEIVED: 'REFUSED' }, false],
  ] as const;
  test.each(letters)('a letter sent %s and received %s', async (sentOn, receivedOn, is, waits) => {
    await world.publishMarket((file) => Object.assign(file, { adhesionBasis: basis }));
    await world.day('2022-01-17');
    const { membershipId, status, reasons } = await world.applyAs(ancenis, { sentOn, receivedOn });
    expect(status).toBe(is[basis]);
    const awaits = waits && basis === 'SENT';
    expect(await find(membershipId)).toMatchObject({ awaitsDecision: awaits });
    const awaiting = await list().list({
      ...{ marketCode, awaitingOnly: true, limit: 10, caller: coordinator },
    });
    expect(awaiting).toHaveLength(awaits ? 1 : 0);
    if (status === 'REFUSED') {
      expect(reasons.join(' ')).toMatch(/art\. [26]/);
      expect(await accept(membershipId)).toBe('ADHESION_CLOSED');
    }
  });
});

describe('ADH-3: a letter sent in time and received late', () => {
  let membershipId: string;
  beforeEach(async () => {
    await world.publishMarket();
    await world.day('2022-01-17');
    const letter = { sentOn: '2022-01-15', receivedOn: '2022-01-16' };
    ({ membershipId } = await world.applyAs(ancenis, letter));
    await complete(membershipId);
  });

  test('waits for the coordinator’s decision, which rests on a document and is kept', async () => {
    expect(await accept(membershipId)).toBe('LATE_RECEIPT_UNDECIDED');
    expect(await codeOf(admit(membershipId))).toBe('DECISION_DOCUMENT_REQUIRED');
    expect(await codeOf(admit(membershipId, { documentId: 'unknown' }))).toBe('DOCUMENT_UNKNOWN');
    const documentId = await upload({ membershipId });
    expect(await admit(membershipId, { documentId, note: 'Avis du 16 janvier' })).toEqual({
      reason: expect.stringMatching(/art\. 6.*art\. 2/),
    });
    expect(await codeOf(admit(membershipId, { documentId }))).toBe('APPLICATION_DECIDED');
    expect(await find(membershipId)).toMatchObject({
      awaitsDecision: false,
      decisions: [
        { decision: 'ACCEPTED', reasonCode: 'POSTAL_DELAY', documentId, decidedOn: '2022-01-17' },
      ],
    });
    expect(await accept(membershipId)).toBeUndefined();
    expect(
      await world.count("from platform.audit_entry where action = 'application.admitted'"),
    ).toBe(1);
    await expect(
      world.fresh.asOwner("update application_decision set note = 'x'"),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^23/) });
  });

  test('or is refused with both articles, once, and the same key gives the same answer', async () => {
    const documentId = await upload({ membershipId });
    expect(await codeOf(refuse(membershipId, 'RECEIVED_LATE'))).toBe('DECISION_DOCUMENT_REQUIRED');
    const idempotencyKey = randomUUID();
    const first = await refuse(membershipId, 'RECEIVED_LATE', { documentId, idempotencyKey });
    expect(first.reasons.join(' ')).toMatch(/art\. 6.*art\. 2/);
    expect(await refuse(membershipId, 'RECEIVED_LATE', { documentId, idempotencyKey })).toEqual(
      first,
    );
    expect(await codeOf(refuse(membershipId, 'GIVEN_UP'))).toBe('APPLICATION_DECIDED');
    expect(await find(membershipId)).toMatchObject({
      status: 'REFUSED',
      refusalReasons: first.reasons,
    });
    expect(await world.events(membershipId)).toEqual([]);
  });

  test('SUP-1: nobody of another market decides', async () => {
    const caller = callerWith('coordinator', { markets: ['autre'] });
    expect(await codeOf(admit(membershipId, { caller }))).toBe('NOT_FOUND');
    expect(await codeOf(refuse(membershipId, 'GIVEN_UP', { caller }))).toBe('NOT_FOUND');
  });
});

test('ADH-2: an incomplete letter is refused with what it lacks, and a new one in time may follow', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  const { reasons } = await refuse(membershipId, 'INCOMPLETE');
  expect(reasons).toEqual([
    expect.stringContaining('art. 2'),
    expect.stringContaining('seconde personne'),
  ]);
  expect(await accept(membershipId)).toBe('ADHESION_CLOSED');
  const again = await world.apply.execute({
    ...{ marketCode, caller: coordinator, documents: [] },
    organisation: (await find(membershipId)).organisation,
    letter: {
      number: 'autre',
      sentOn: localDate('2022-01-13'),
      receivedOn: localDate('2022-01-14'),
    },
  });
  expect(again.status).toBe('APPLIED');
});

test('ADH-2: the letter’s documents may be uploaded before, and are named with their digest', async () => {
  await world.publishMarket();
  const owner = { marketCode, organisationId: `org-${ancenis.siren}` };
  const kinds: DocumentKind[] = ['CONVENTION', 'DELIBERATION', 'ANNEXE2'];
  const documentIds: string[] = [];
  for (const kind of kinds) documentIds.push(await upload(owner, kind, '2022-01-10'));
  const theirs = await upload({ ...owner, organisationId: `org-${vertou.siren}` }, 'CONVENTION');
  const { organisation } = await find((await world.applyAs(ancenis)).membershipId);
  await refuse((await world.applyAs(ancenis)).membershipId, 'GIVEN_UP');
  const letter = {
    ...{ number: 'seconde', sentOn: localDate('2022-01-12'), receivedOn: localDate('2022-01-13') },
  };
  const application = { marketCode, organisation, letter, documents: [], caller: coordinator };
  expect(
    await codeOf(world.apply.execute({ ...application, documentIds: [...documentIds, theirs] })),
  ).toBe('DOCUMENT_UNKNOWN');
  const { membershipId } = await world.apply.execute({ ...application, documentIds });
  const { documents, missing, signedOn } = await find(membershipId);
  expect(documents).toMatchObject(
    kinds.map((kind, index) => ({
      kind,
      documentId: documentIds[index],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })),
  );
  expect(missing).toEqual([expect.stringContaining('seconde personne')]);
  expect(signedOn).toBe('2022-01-10');
});

test('ADH-2, MKT-3: the tender waits for the accepted members whose convention is only stated, not deposited', async () => {
  await world.publishMarket();
  const sign = (membershipId: string, documentId: string) => {
    const [commands, memberships, applications, , documents] = decisions();
    const useCase = new RecordSignedConvention(commands, memberships, applications, documents);
    return useCase.execute({
      ...{ membershipId, documentId, idempotencyKey: randomUUID(), caller: coordinator },
    });
  };
  const { membershipId } = await world.applyAs(ancenis);
  await complete(membershipId);
  const unsigned = () => list().unsigned({ marketCode, caller: coordinator });
  expect(await unsigned()).toEqual([]);
  const early = await upload({ membershipId }, 'CONVENTION', '2022-01-13');
  expect(await codeOf(sign(membershipId, early))).toBe('NOTHING_TO_DECIDE');
  expect(await accept(membershipId)).toBeUndefined();
  expect(await unsigned()).toEqual([]);
  expect(await codeOf(sign(membershipId, early))).toBe('APPLICATION_DECIDED');

  const stated = await world.apply.execute({
    ...{ marketCode, caller: coordinator },
    organisation: {
      ...(await find(membershipId)).organisation,
      organisationId: `org-${vertou.siren}`,
      siren: vertou.siren as never,
      insee: vertou.insee as never,
      name: vertou.name,
    },
    letter: { number: 'v', sentOn: localDate('2022-01-10'), receivedOn: localDate('2022-01-11') },
    documents: ['CONVENTION', 'DELIBERATION', 'ANNEXE2'].map((kind) => ({
      ...{ kind, title: kind, sha256: '', datedOn: '2022-01-10' },
    })),
  });
  const deposited = async () =>
    (await find(stated.membershipId)).documents
      .filter(({ sha256 }) => sha256 !== '')
      .map(({ kind }) => kind);
  expect(await deposited()).toEqual([]);
  await upload({ membershipId: stated.membershipId }, 'DELIBERATION', '2022-01-10');
  expect(await deposited()).toEqual(['DELIBERATION']);
  await complete(stated.membershipId);
  expect(await accept(stated.membershipId)).toBeUndefined();
  expect(await unsigned()).toEqual([{ membershipId: stated.membershipId, name: 'Vertou' }]);
  const owner = { membershipId: stated.membershipId };
  expect(await codeOf(sign(stated.membershipId, await upload(owner, 'LETTER')))).toBe(
    'DOCUMENT_UNKNOWN',
  );
  expect(await sign(stated.membershipId, await upload(owner, 'CONVENTION', '2022-01-12'))).toEqual({
    signedOn: '2022-01-12',
  });
  expect(await unsigned()).toEqual([]);
});

test('ADH-5: a successor made no application: none is listed, and none found', async () => {
  await world.publishMarket();
  const successions = new SuccessionWorld(world);
  await successions.day('2022-07-19');
  const former = await world.activeMember(tardiere, 100);
  const [id] = await successions.execute([successions.planOf(former, terval, '2023-01-01')]);
  await successions.day('2023-01-01');
  const { successorMembershipId } = await successions.find(id);
  expect(successorMembershipId).not.toBe('');
  const everything = { marketCode, awaitingOnly: false, limit: 10, caller: coordinator };
  expect(
    (await list().list(everything)).map(({ membershipId, timeliness }) => [
      membershipId,
      timeliness.verdict,
    ]),
  ).toEqual([[former, 'IN_TIME']]);
  expect(await codeOf(find(successorMembershipId))).toBe('NOT_FOUND');
});
