import { randomUUID } from 'node:crypto';
import type { DescService, MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import {
  ActivityService,
  AwardsService,
  CommitteesService,
  DocumentService,
  ExecutionDocumentsService,
  TrainingsService,
} from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

/**
 * Goal: every call about the coordinator's duties is answered to whom it is for and to nobody else (GOV-1 to
 * GOV-5, SUP-1, SUP-3). Method: one row for each RPC, which the compiler asks for; every row is called with
 * every wrong token, over the wire.
 */
type Rows<Service extends DescService> = {
  readonly [N in keyof Service['method']]: {
    readonly rightful: Role;
    /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
    readonly request: () => MessageInitShape<Service['method'][N]['input']>;
    /** What every member of the market may read. */
    readonly open?: true;
    /** A refusal of the domain that a rightful caller may get. */
    readonly refusal?: string;
  };
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let membershipId: string;
let committeeId: string;
let meetingId: string;
let trainingId: string;
let dispatchId: string;
let documentId: string;

const seats = [{ functionTitle: 'IEN', organisation: 'DSDEN', side: 'EDUCATION_NATIONALE' }];
const meeting = { meetsOn: '2023-01-10', startsAt: '14:00', place: 'Rectorat', agenda: ['Bilan'] };
const plan = { kind: 'SUPPORT', title: 'Visite', scope: 'ACADEMY', plannedOn: '2022-11-09' };
const offer = { bidder: 'Entreprise fictive', siren: '999000045', priceCents: 1n, marks: [] };
const method = {
  priceWeight: 40,
  qualityWeight: 60,
  priceFormula: 'LINEAR',
  criteria: [{ code: 'F', label: 'F', weight: 60 }],
  markMax: 10,
  decimals: 2,
  rankOn: 'EXACT',
};
const idempotencyKey = () => randomUUID();
const stale = { refusal: 'MEETING_STALE' } as const;

const committees: Rows<typeof CommitteesService> = {
  establishCommittee: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, kind: 'STEERING' }),
    refusal: 'COMMITTEE_ALREADY_ESTABLISHED',
  },
  changeComposition: {
    rightful: 'coordinator',
    request: () => ({ committeeId, expectedVersion: 99, seats }),
    refusal: 'COMMITTEE_STALE',
  },
  listCommittees: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
  getCommittee: { rightful: 'member-reader', open: true, request: () => ({ committeeId }) },
  planMeeting: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), committeeId, ...meeting }),
  },
  changeMeeting: {
    rightful: 'coordinator',
    request: () => ({ meetingId, expectedVersion: 99, ...meeting }),
    ...stale,
  },
  cancelMeeting: {
    rightful: 'coordinator',
    request: () => ({ meetingId, expectedVersion: 99 }),
    ...stale,
  },
  inviteToMeeting: {
    rightful: 'coordinator',
    request: () => ({ meetingId, expectedVersion: 99 }),
    ...stale,
  },
  recordAttendance: {
    rightful: 'coordinator',
    request: () => ({ meetingId, expectedVersion: 99, attendances: [] }),
    ...stale,
  },
  recordMinutes: {
    rightful: 'coordinator',
    request: () => ({ meetingId, expectedVersion: 99, documentId: 'unknown' }),
    refusal: 'DOCUMENT_UNKNOWN',
  },
  listMeetings: { rightful: 'member-reader', open: true, request: () => ({ committeeId }) },
  getMeeting: { rightful: 'member-reader', open: true, request: () => ({ meetingId }) },
};

const trainings: Rows<typeof TrainingsService> = {
  planTraining: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, plan }),
  },
  changeTraining: {
    rightful: 'coordinator',
    request: () => ({ trainingId, expectedVersion: 1, plan }),
    refusal: 'TRAINING_STALE',
  },
  holdTraining: {
    rightful: 'coordinator',
    request: () => ({ trainingId, expectedVersion: 99, heldOn: '2022-07-19', participants: 3 }),
    refusal: 'TRAINING_STALE',
  },
  cancelTraining: {
    rightful: 'coordinator',
    request: () => ({ trainingId, expectedVersion: 99 }),
    refusal: 'TRAINING_STALE',
  },
  listTrainings: { rightful: 'member-finance', open: true, request: () => ({ marketCode }) },
  getTraining: { rightful: 'coordinator', request: () => ({ trainingId }) },
  summariseTrainings: { rightful: 'coordinator', request: () => ({ marketCode }) },
  publishProgress: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, title: 'Bilan', body: 'Fin.' }),
  },
  listProgress: { rightful: 'member-orderer', open: true, request: () => ({ marketCode }) },
};

const awards: Rows<typeof AwardsService> = {
  openTender: {
    rightful: 'coordinator',
    request: () => ({
      idempotencyKey: idempotencyKey(),
      marketCode,
      method,
      rulesDocumentId: 'unknown',
    }),
    refusal: 'DOCUMENT_UNKNOWN',
  },
  getTender: {
    rightful: 'coordinator',
    request: () => ({ marketCode }),
    refusal: 'TENDER_NOT_OPENED',
  },
  recordOffer: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, ...offer }),
    refusal: 'TENDER_NOT_OPENED',
  },
  changeOffer: {
    rightful: 'coordinator',
    request: () => ({ offerId: 'unknown', expectedVersion: 1, ...offer }),
    refusal: 'NOT_FOUND',
  },
  getOffer: {
    rightful: 'coordinator',
    request: () => ({ offerId: 'unknown' }),
    refusal: 'NOT_FOUND',
  },
  listOffers: { rightful: 'coordinator', request: () => ({ marketCode }) },
  rankOffers: {
    rightful: 'coordinator',
    request: () => ({ marketCode }),
    refusal: 'TENDER_NOT_OPENED',
  },
  recordAward: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, offerId: 'unknown' }),
    refusal: 'TENDER_NOT_OPENED',
  },
};

const activity: Rows<typeof ActivityService> = {
  getGroupTotals: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
  // To another member: its own, of which there is none.
  listActivity: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
  decidePublishedList: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, content: 'NOTHING' }),
  },
  listPublishedMembers: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
};

const executionDocuments: Rows<typeof ExecutionDocumentsService> = {
  sendDocument: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, documentId, kind: 'CCAP' }),
  },
  listDispatches: { rightful: 'member-reader', request: () => ({ membershipId }) },
  acknowledgeDispatch: {
    rightful: 'member-finance',
    request: () => ({ membershipId, dispatchId }),
  },
  listUnacknowledged: { rightful: 'coordinator', request: () => ({ marketCode }) },
  openArchive: { rightful: 'member-reader', request: () => ({ membershipId }) },
};

type Row = { rightful: Role; request: () => object; open?: true; refusal?: string };
const tables = [
  [CommitteesService, committees],
  [TrainingsService, trainings],
  [AwardsService, awards],
  [ActivityService, activity],
  [ExecutionDocumentsService, executionDocuments],
] as const;
const rows = tables.flatMap(([of, table]) =>
  Object.entries(table as Record<string, Row>).map(([name, row]) => ({
    name,
    row,
    service: of as DescService,
  })),
);

let clients: Map<DescService, RpcClient<DescService>>;
type Token = { token: string };
type Ask = (request: object, options?: Token) => Promise<never>;
const methodOf = (one: (typeof rows)[number]) =>
  (clients.get(one.service) as unknown as Record<string, Ask>)[one.name]!;
/** The code of the refusal, or undefined for an answer. */
const call = (one: (typeof rows)[number], as?: Token): Promise<string | number | undefined> =>
  methodOf(one)(one.row.request(), as).then(
    () => undefined,
    (error: { code: string | number }) => error.code,
  );

beforeAll(async () => {
  service = await startMembership();
  clients = new Map(
    tables.map(([of]) => [of, createRpcClient<DescService>(of, { address: service.address })]),
  );
  membershipId = await activateAncenis(service);
  const coordinator = await service.as('coordinator');
  const of = <S extends DescService>(one: S) => clients.get(one) as unknown as RpcClient<S>;
  const established = await of(CommitteesService).establishCommittee(
    { idempotencyKey: 'a', marketCode, kind: 'STEERING' },
    coordinator,
  );
  committeeId = established.committee!.committeeId;
  const planned = await of(CommitteesService).planMeeting(
    { idempotencyKey: 'a', committeeId, ...meeting },
    coordinator,
  );
  meetingId = planned.meeting!.meetingId;
  const training = await of(TrainingsService).planTraining(
    { idempotencyKey: 'a', marketCode, plan },
    coordinator,
  );
  trainingId = training.training!.trainingId;
  const documents = createRpcClient(DocumentService, { address: service.address });
  const uploaded = await documents.uploadDocument(
    {
      idempotencyKey: 'key-of-ccap',
      owner: { marketCode },
      kind: 'CCAP',
      title: 'CCAP',
      fileName: 'ccap.pdf',
      datedOn: '2022-04-01',
      content: Buffer.from('%PDF-1.7 texte fictif'),
    },
    coordinator,
  );
  documents.close();
  documentId = uploaded.document!.documentId;
  const sent = { idempotencyKey: 'a', marketCode, documentId, kind: 'CCAP' };
  await of(ExecutionDocumentsService).sendDocument(sent, coordinator);
  const { dispatches } = await of(ExecutionDocumentsService).listDispatches(
    { membershipId },
    coordinator,
  );
  dispatchId = dispatches[0]!.dispatchId;
}, 90_000);
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await service.stop();
}, 30_000);

const refused = / (NOT_ALLOWED|NOT_FOUND)$/;
const memberRoles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];
const stranger = { organisationId: 'org-214402158' };

test('every RPC of the five services is in the tables', () => {
  for (const [of, table] of tables) {
    expect(Object.keys(table).sort()).toEqual(of.methods.map(({ localName }) => localName).sort());
  }
});

test('nobody is answered without a token', async () => {
  for (const one of rows) expect([one.name, await call(one)]).toEqual([one.name, 16]);
});

test('SUP-3: another member is refused, whatever else it may read, unless every member may read it', async () => {
  const roles: Role[] = [...memberRoles, 'support-1', 'support-2', 'support-3', 'supplier'];
  for (const over of [memberRoles, roles]) {
    const as = await service.as('member-orderer', { ...stranger, roles: over });
    for (const one of rows) {
      const answer = await call(one, as);
      const told = `${one.name} ${answer}`;
      if (one.row.open) expect(told).toBe(`${one.name} undefined`);
      else expect(told).toMatch(refused);
    }
  }
});

test('SUP-3: the supplier, support and the data-protection officer have no business here', async () => {
  for (const role of ['supplier', 'support-1', 'support-3', 'dpo'] as const) {
    const as = await service.as(role);
    for (const one of rows)
      expect([one.name, await call(one, as)]).toEqual([one.name, 'NOT_ALLOWED']);
  }
});

test('SUP-1: the member, the coordinator and the admin of another market are refused', async () => {
  for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
    const organisationId = `org-${ancenis.siren}`;
    const as = await service.as(role, { organisationId, markets: ['autre'] });
    for (const one of rows) {
      expect(`${one.name} ${await call(one, as)}`).toMatch(refused);
    }
  }
});

test('who it is for is answered, or refused by a rule', async () => {
  for (const one of rows) {
    const { rightful, refusal } = one.row;
    const own = rightful.startsWith('member') ? { organisationId: `org-${ancenis.siren}` } : {};
    const answer = await call(one, await service.as(rightful, own));
    expect({ name: one.name, fits: [undefined, refusal].includes(answer as string) }).toEqual({
      name: one.name,
      fits: true,
    });
  }
});
