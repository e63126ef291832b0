import { randomUUID } from 'node:crypto';
import {
  ActivityService,
  AwardsService,
  CommitteesService,
  DocumentService,
  ExecutionDocumentsService,
  TrainingsService,
} from '#libs/contracts';
import { marketCode } from './membership-app.js';
import { anotherMember, type RightsTable, singly, testRights } from './rights-table.js';
import { runningMember } from './running-member.js';

/** The coordinator's duties (GOV-1 to GOV-5). */
const member = runningMember();
const { as, clientOf, ofMember } = member;

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
const stale = { passed: 'MEETING_STALE' } as const;

const committees: RightsTable<[typeof CommitteesService]> = {
  establishCommittee: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, kind: 'STEERING' }),
    passed: 'COMMITTEE_ALREADY_ESTABLISHED',
  },
  changeComposition: {
    rightful: 'coordinator',
    request: () => ({ committeeId, expectedVersion: 99, seats }),
    passed: 'COMMITTEE_STALE',
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
    request: () => ({
      meetingId,
      expectedVersion: 99,
      attendances: [{ number: 1, outcome: 'PRESENT' }],
    }),
    ...stale,
  },
  recordMinutes: {
    rightful: 'coordinator',
    request: () => ({ meetingId, expectedVersion: 99, documentId: 'unknown' }),
    passed: 'DOCUMENT_UNKNOWN',
  },
  listMeetings: { rightful: 'member-reader', open: true, request: () => ({ committeeId }) },
  getMeeting: { rightful: 'member-reader', open: true, request: () => ({ meetingId }) },
};

const trainings: RightsTable<[typeof TrainingsService]> = {
  planTraining: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, plan }),
  },
  changeTraining: {
    rightful: 'coordinator',
    request: () => ({ trainingId, expectedVersion: 1, plan }),
  },
  holdTraining: {
    rightful: 'coordinator',
    request: () => ({ trainingId, expectedVersion: 99, heldOn: '2022-07-19', participants: 3 }),
    passed: 'TRAINING_STALE',
  },
  cancelTraining: {
    rightful: 'coordinator',
    request: () => ({ trainingId, expectedVersion: 99 }),
    passed: 'TRAINING_STALE',
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

const awards: RightsTable<[typeof AwardsService]> = {
  openTender: {
    rightful: 'coordinator',
    request: () => ({
      idempotencyKey: idempotencyKey(),
      marketCode,
      method,
      rulesDocumentId: 'unknown',
    }),
    passed: 'DOCUMENT_UNKNOWN',
  },
  getTender: {
    rightful: 'coordinator',
    request: () => ({ marketCode }),
    passed: 'TENDER_NOT_OPENED',
  },
  recordOffer: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, ...offer }),
    passed: 'TENDER_NOT_OPENED',
  },
  changeOffer: {
    rightful: 'coordinator',
    request: () => ({ offerId: 'unknown', expectedVersion: 1, ...offer }),
    passed: 'NOT_FOUND',
  },
  getOffer: {
    rightful: 'coordinator',
    request: () => ({ offerId: 'unknown' }),
    passed: 'NOT_FOUND',
  },
  listOffers: { rightful: 'coordinator', request: () => ({ marketCode }) },
  rankOffers: {
    rightful: 'coordinator',
    request: () => ({ marketCode }),
    passed: 'TENDER_NOT_OPENED',
  },
  recordAward: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, offerId: 'unknown' }),
    passed: 'TENDER_NOT_OPENED',
  },
};

const activity: RightsTable<[typeof ActivityService]> = {
  getGroupTotals: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
  // To another member: its own, of which there is none.
  listActivity: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
  decidePublishedList: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, content: 'NOTHING' }),
  },
  listPublishedMembers: { rightful: 'member-reader', open: true, request: () => ({ marketCode }) },
};

const executionDocuments: RightsTable<[typeof ExecutionDocumentsService]> = {
  sendDocument: {
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: idempotencyKey(), marketCode, documentId, kind: 'CCAP' }),
  },
  listDispatches: { rightful: 'member-reader', request: ofMember },
  acknowledgeDispatch: {
    rightful: 'member-finance',
    request: () => ({ ...ofMember(), dispatchId }),
  },
  listUnacknowledged: { rightful: 'coordinator', request: () => ({ marketCode }) },
  openArchive: { rightful: 'member-reader', request: ofMember },
};

beforeAll(async () => {
  const coordinator = await as('coordinator');
  const established = await clientOf(CommitteesService).establishCommittee(
    { idempotencyKey: 'a', marketCode, kind: 'STEERING' },
    coordinator,
  );
  committeeId = established.committee!.committeeId;
  const planned = await clientOf(CommitteesService).planMeeting(
    { idempotencyKey: 'a', committeeId, ...meeting },
    coordinator,
  );
  meetingId = planned.meeting!.meetingId;
  const training = await clientOf(TrainingsService).planTraining(
    { idempotencyKey: 'a', marketCode, plan },
    coordinator,
  );
  trainingId = training.training!.trainingId;
  const uploaded = await clientOf(DocumentService).uploadDocument(
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
  documentId = uploaded.document!.documentId;
  const sent = { idempotencyKey: 'a', marketCode, documentId, kind: 'CCAP' };
  await clientOf(ExecutionDocumentsService).sendDocument(sent, coordinator);
  const { dispatches } = await clientOf(ExecutionDocumentsService).listDispatches(
    ofMember(),
    coordinator,
  );
  dispatchId = dispatches[0]!.dispatchId;
}, 90_000);

const services = [
  CommitteesService,
  TrainingsService,
  AwardsService,
  ActivityService,
  ExecutionDocumentsService,
] as const;
const table = { ...committees, ...trainings, ...awards, ...activity, ...executionDocuments };

testRights(member, services, table, {
  // Whatever else it may read.
  strangers: [anotherMember('support-1', 'support-2', 'support-3', 'supplier')],
  notFor: [
    {
      title: 'SUP-3: %s is refused to supplier, support and data-protection officer',
      tokens: singly(['supplier', 'support-1', 'support-3', 'dpo']),
      code: 'NOT_ALLOWED',
    },
  ],
});
