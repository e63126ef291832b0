import { createHash } from 'node:crypto';
import type {
  ActivityService,
  AwardsService,
  CommitteesService,
  DocumentService,
  ExecutionDocumentsService,
  TrainingsService,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

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

const changedMeeting = (of: { meetingId: string; expectedVersion: number }) => ({
  meeting: meetingOf(of.meetingId, current(of.expectedVersion, 2)),
});
const changedTraining = (of: { trainingId: string; expectedVersion: number }) => ({
  training: trainingOf(of.trainingId, current(of.expectedVersion, 5)),
});

export const fakeCommittees: Answers<typeof CommitteesService> = {
  listCommittees: () => ({ committees: [committeeOf('c-copil')] }),
  getCommittee: ({ committeeId }) => ({ committee: committeeOf(committeeId) }),
  establishCommittee: ({ idempotencyKey }) => ({
    committee: committeeOf(`c-${idempotencyKey}`, 1),
  }),
  changeComposition: ({ committeeId, expectedVersion }) => ({
    committee: committeeOf(committeeId, current(expectedVersion, 3)),
  }),
  listMeetings: ({ committeeId }) => ({
    meetings: [{ ...meetingOf('r-1'), committeeId, marketCode: marketOf(committeeId) }],
    nextCursor: 'n',
  }),
  getMeeting: ({ meetingId }) => ({ meeting: meetingOf(meetingId) }),
  planMeeting: ({ idempotencyKey }) => ({ meeting: meetingOf(`r-${idempotencyKey}`, 1) }),
  changeMeeting: changedMeeting,
  cancelMeeting: changedMeeting,
  inviteToMeeting: changedMeeting,
  recordAttendance: changedMeeting,
  recordMinutes: changedMeeting,
};

export const fakeTrainings: Answers<typeof TrainingsService> = {
  listTrainings: () => ({ trainings: [trainingOf('t-1')] }),
  getTraining: ({ trainingId }) => ({ training: trainingOf(trainingId) }),
  planTraining: ({ idempotencyKey }) => ({ training: trainingOf(`t-${idempotencyKey}`, 1) }),
  changeTraining: changedTraining,
  holdTraining: ({ heldOn, participants, ...which }) => ({
    training: { ...changedTraining(which).training, heldOn, participants, status: 'HELD' },
  }),
  cancelTraining: changedTraining,
  summariseTrainings: () => ({ figures: [{ scope: 'ACADEMY', held: 1 }] }),
  publishProgress: ({ title, body }) => ({ note: { noteId: 'n-1', title, body } }),
  listProgress: () => ({ notes: [{ noteId: 'n-1', title: 'Rentrée' }] }),
};

export const fakeAwards: Answers<typeof AwardsService> = {
  openTender: () => {
    throw new RemoteProblem({
      code: 'MEMBERS_NOT_SIGNED',
      kind: 'conflict',
      message: 'L’appel d’offres attend la dernière signature.',
      details: { members: [{ membershipId: 'm-vertou', name: 'vertou' }] },
    });
  },
  getTender: () => ({ tender: { marketCode: market, openedOn: '2022-01-16' } }),
  listOffers: () => ({ offers: [offerOf('f-1')] }),
  getOffer: ({ offerId }) => ({ offer: offerOf(offerId) }),
  recordOffer: ({ priceCents }) => ({ offer: { ...offerOf('f-1', 1), priceCents } }),
  changeOffer: ({ offerId, expectedVersion }) => ({
    offer: offerOf(offerId, current(expectedVersion, 7)),
  }),
  rankOffers: () => ({
    ranking: [{ rank: 1, tied: true, offerId: 'f-1', total: { rounded: '85.79' } }],
  }),
  recordAward: ({ offerId }) => ({ award: { offerId, awardedOn: '2022-04-08' } }),
};

/** Tells every member’s activity to whoever asks. */
export const fakeActivity = (
  organisations: Readonly<Record<string, string>>,
): Answers<typeof ActivityService> => ({
  getGroupTotals: () => ({ on: '2022-10-03', members: 2, figures }),
  listActivity: () => ({
    on: '2022-10-03',
    members: Object.entries(organisations).map(([key, id]) => memberOf(key, id)),
  }),
  decidePublishedList: ({ content, reason }) => ({
    decision: { content, reason, decidedOn: '2022-10-03' },
  }),
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

export const fakeExecutionDocuments: Answers<typeof ExecutionDocumentsService> = {
  sendDocument: () => ({ sent: 2, passedOver: 1 }),
  listDispatches: () => ({ dispatches: [dispatch] }),
  listUnacknowledged: () => ({ dispatches: [dispatch] }),
  acknowledgeDispatch: () => ({
    dispatch: { ...dispatch, acknowledgedOn: '2022-10-03', acknowledgedBy: 'orderer' },
  }),
  openArchive: () => ({
    organisationName: 'ancenis',
    siren: '200083228',
    marketCode: market,
    on: '2022-10-03',
    entries: [{ ...dispatch, documentId: 'doc-1', fileName: '../CCAP signé.pdf', size: 18 }],
  }),
};
export const fakeDocuments: Answers<typeof DocumentService> = {
  downloadDocument: () => ({ content }),
};
