import { createHash } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import {
  AcknowledgeDispatchResponseSchema,
  CancelMeetingResponseSchema,
  CancelTrainingResponseSchema,
  ChangeCompositionResponseSchema,
  ChangeMeetingResponseSchema,
  ChangeOfferResponseSchema,
  ChangeTrainingResponseSchema,
  DecidePublishedListResponseSchema,
  DownloadDocumentResponseSchema,
  EstablishCommitteeResponseSchema,
  GetCommitteeResponseSchema,
  GetGroupTotalsResponseSchema,
  GetMeetingResponseSchema,
  GetOfferResponseSchema,
  GetTenderResponseSchema,
  GetTrainingResponseSchema,
  HoldTrainingResponseSchema,
  InviteToMeetingResponseSchema,
  ListActivityResponseSchema,
  ListCommitteesResponseSchema,
  ListDispatchesResponseSchema,
  ListMeetingsResponseSchema,
  ListOffersResponseSchema,
  ListProgressResponseSchema,
  ListPublishedMembersResponseSchema,
  ListTrainingsResponseSchema,
  ListUnacknowledgedResponseSchema,
  OpenArchiveResponseSchema,
  PlanMeetingResponseSchema,
  PlanTrainingResponseSchema,
  PublishProgressResponseSchema,
  RankOffersResponseSchema,
  RecordAttendanceResponseSchema,
  RecordAwardResponseSchema,
  RecordMinutesResponseSchema,
  RecordOfferResponseSchema,
  SendDocumentResponseSchema,
  SummariseTrainingsResponseSchema,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';

const market = 'e-primo-2022';

/** Ids that begin with `x-` are of another market. */
const marketOf = (id: string) => (id.startsWith('x-') ? 'autre' : market);
const committeeOf = (committeeId: string, version = 3) => ({
  committeeId,
  marketCode: marketOf(committeeId),
  kind: 'STEERING',
  seats: [{ functionTitle: 'IA-DASEN', organisation: 'DSDEN', side: 'EDUCATION_NATIONALE' }],
  seatCount: 4,
  version,
});
const meetingOf = (meetingId: string, version = 2) => ({
  meetingId,
  committeeId: 'c-copil',
  marketCode: marketOf(meetingId),
  meetsOn: '2022-10-12',
  startsAt: '14:00',
  place: 'Rectorat',
  agenda: ['Initialisation'],
  status: 'PLANNED',
  version,
});
const trainingOf = (trainingId: string, version = 5) => ({
  trainingId,
  marketCode: marketOf(trainingId),
  plan: { kind: 'TRAINING', title: 'Prise en main', scope: 'ACADEMY', plannedOn: '2022-11-09' },
  status: 'PLANNED',
  version,
});
const offerOf = (offerId: string, version = 7) => ({
  offerId,
  marketCode: marketOf(offerId),
  bidder: 'Entreprise fictive',
  siren: '999000045',
  priceCents: 9_007_199_254_740_993n,
  marks: [{ criterion: 'FONCTIONS', hundredths: 1_650 }],
  version,
});
const figures = [
  { itemCode: 'ELEVE', label: 'Compte élève', commitment: 412, ordered: 450, margin: 38 },
];
const memberOf = (key: string, organisationId: string) => ({
  membershipId: `m-${key}`,
  organisationId,
  organisationName: key === 'ancenis' ? '=ancenis' : key,
  status: 'ACTIVE',
  period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
  figures,
  schoolsFinanced: 2,
  ordersSigned: 3,
});

/** A version that is not the newest is refused, as the owner would. */
function current(expected: number | undefined, version: number): number {
  if (expected === version) return version + 1;
  throw new RemoteProblem({ code: 'STALE', kind: 'stale', message: 'Rechargez.', details: {} });
}

export const fakeCommittees: Partial<ClientsOfVisitor['committees']> = {
  listCommittees: async () =>
    create(ListCommitteesResponseSchema, { committees: [committeeOf('c-copil')] }),
  getCommittee: async ({ committeeId = '' }) =>
    create(GetCommitteeResponseSchema, { committee: committeeOf(committeeId) }),
  establishCommittee: async ({ idempotencyKey }) =>
    create(EstablishCommitteeResponseSchema, { committee: committeeOf(`c-${idempotencyKey}`, 1) }),
  changeComposition: async ({ committeeId = '', expectedVersion }) =>
    create(ChangeCompositionResponseSchema, {
      committee: committeeOf(committeeId, current(expectedVersion, 3)),
    }),
  listMeetings: async ({ committeeId = '' }) =>
    create(ListMeetingsResponseSchema, {
      meetings: [{ ...meetingOf('r-1'), committeeId, marketCode: marketOf(committeeId) }],
      nextCursor: 'n',
    }),
  getMeeting: async ({ meetingId = '' }) =>
    create(GetMeetingResponseSchema, { meeting: meetingOf(meetingId) }),
  planMeeting: async ({ idempotencyKey }) =>
    create(PlanMeetingResponseSchema, { meeting: meetingOf(`r-${idempotencyKey}`, 1) }),
  changeMeeting: async ({ meetingId = '', expectedVersion }) =>
    create(ChangeMeetingResponseSchema, {
      meeting: meetingOf(meetingId, current(expectedVersion, 2)),
    }),
  cancelMeeting: async ({ meetingId = '', expectedVersion }) =>
    create(CancelMeetingResponseSchema, {
      meeting: meetingOf(meetingId, current(expectedVersion, 2)),
    }),
  inviteToMeeting: async ({ meetingId = '', expectedVersion }) =>
    create(InviteToMeetingResponseSchema, {
      meeting: meetingOf(meetingId, current(expectedVersion, 2)),
    }),
  recordAttendance: async ({ meetingId = '', expectedVersion }) =>
    create(RecordAttendanceResponseSchema, {
      meeting: meetingOf(meetingId, current(expectedVersion, 2)),
    }),
  recordMinutes: async ({ meetingId = '', expectedVersion }) =>
    create(RecordMinutesResponseSchema, {
      meeting: meetingOf(meetingId, current(expectedVersion, 2)),
    }),
};

export const fakeTrainings: Partial<ClientsOfVisitor['trainings']> = {
  listTrainings: async () =>
    create(ListTrainingsResponseSchema, { trainings: [trainingOf('t-1')] }),
  getTraining: async ({ trainingId = '' }) =>
    create(GetTrainingResponseSchema, { training: trainingOf(trainingId) }),
  planTraining: async ({ idempotencyKey }) =>
    create(PlanTrainingResponseSchema, { training: trainingOf(`t-${idempotencyKey}`, 1) }),
  changeTraining: async ({ trainingId = '', expectedVersion }) =>
    create(ChangeTrainingResponseSchema, {
      training: trainingOf(trainingId, current(expectedVersion, 5)),
    }),
  holdTraining: async ({ trainingId = '', expectedVersion, heldOn = '', participants = 0 }) =>
    create(HoldTrainingResponseSchema, {
      training: {
        ...trainingOf(trainingId, current(expectedVersion, 5)),
        heldOn,
        participants,
        status: 'HELD',
      },
    }),
  cancelTraining: async ({ trainingId = '', expectedVersion }) =>
    create(CancelTrainingResponseSchema, {
      training: trainingOf(trainingId, current(expectedVersion, 5)),
    }),
  summariseTrainings: async () =>
    create(SummariseTrainingsResponseSchema, { figures: [{ scope: 'ACADEMY', held: 1 }] }),
  publishProgress: async ({ title = '', body = '' }) =>
    create(PublishProgressResponseSchema, { note: { noteId: 'n-1', title, body } }),
  listProgress: async () =>
    create(ListProgressResponseSchema, { notes: [{ noteId: 'n-1', title: 'Rentrée' }] }),
};

export const fakeAwards: Partial<ClientsOfVisitor['awards']> = {
  openTender: async () => {
    throw new RemoteProblem({
      code: 'MEMBERS_NOT_SIGNED',
      kind: 'conflict',
      message: 'L’appel d’offres attend la dernière signature.',
      details: { members: [{ membershipId: 'm-vertou', name: 'vertou' }] },
    });
  },
  getTender: async () =>
    create(GetTenderResponseSchema, { tender: { marketCode: market, openedOn: '2022-01-16' } }),
  listOffers: async () => create(ListOffersResponseSchema, { offers: [offerOf('f-1')] }),
  getOffer: async ({ offerId = '' }) => create(GetOfferResponseSchema, { offer: offerOf(offerId) }),
  recordOffer: async ({ priceCents }) =>
    create(RecordOfferResponseSchema, { offer: { ...offerOf('f-1', 1), priceCents } }),
  changeOffer: async ({ offerId = '', expectedVersion }) =>
    create(ChangeOfferResponseSchema, { offer: offerOf(offerId, current(expectedVersion, 7)) }),
  rankOffers: async () =>
    create(RankOffersResponseSchema, {
      ranking: [{ rank: 1, tied: true, offerId: 'f-1', total: { rounded: '85.79' } }],
    }),
  recordAward: async ({ offerId = '' }) =>
    create(RecordAwardResponseSchema, { award: { offerId, awardedOn: '2022-04-08' } }),
};

/** Tells every member’s activity to whoever asks. */
export const fakeActivity = (
  organisations: Readonly<Record<string, string>>,
): Partial<ClientsOfVisitor['activity']> => ({
  getGroupTotals: async () =>
    create(GetGroupTotalsResponseSchema, { on: '2022-10-03', members: 2, figures }),
  listActivity: async () =>
    create(ListActivityResponseSchema, {
      on: '2022-10-03',
      members: Object.entries(organisations).map(([key, id]) => memberOf(key, id)),
    }),
  decidePublishedList: async ({ content = '', reason = '' }) =>
    create(DecidePublishedListResponseSchema, {
      decision: { content, reason, decidedOn: '2022-10-03' },
    }),
  listPublishedMembers: async () => create(ListPublishedMembersResponseSchema, {}),
});

const content = Buffer.from('%PDF- texte fictif');
export const aDocument = {
  documentId: 'doc-1',
  content,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const dispatch = {
  dispatchId: 'e-1',
  document: { kind: 'CCAP', title: 'CCAP', sha256: aDocument.sha256, datedOn: '2022-04-01' },
  sentOn: '2022-04-12',
};

export const fakeExecutionDocuments: Partial<ClientsOfVisitor['executionDocuments']> = {
  sendDocument: async () => create(SendDocumentResponseSchema, { sent: 2, passedOver: 1 }),
  listDispatches: async () => create(ListDispatchesResponseSchema, { dispatches: [dispatch] }),
  listUnacknowledged: async () =>
    create(ListUnacknowledgedResponseSchema, { dispatches: [dispatch] }),
  acknowledgeDispatch: async () =>
    create(AcknowledgeDispatchResponseSchema, {
      dispatch: { ...dispatch, acknowledgedOn: '2022-10-03', acknowledgedBy: 'orderer' },
    }),
  openArchive: async () =>
    create(OpenArchiveResponseSchema, {
      organisationName: 'ancenis',
      siren: '200083228',
      marketCode: market,
      on: '2022-10-03',
      entries: [{ ...dispatch, documentId: 'doc-1', fileName: '../CCAP signé.pdf', size: 18 }],
    }),
};
export const fakeDocuments: Partial<ClientsOfVisitor['documents']> = {
  downloadDocument: async () => create(DownloadDocumentResponseSchema, { content }),
};
