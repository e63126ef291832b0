import { type Door, marketCode, ofMarket, paper, today } from './door.js';

const meeting = { meetsOn: '2023-01-10', startsAt: '14:00', place: 'Rectorat', agenda: ['Bilan'] };
const training = { kind: 'SUPPORT', title: 'Visite', scope: 'ACADEMY', plannedOn: today };
const offer = {
  bidder: 'Entreprise fictive',
  siren: '999000045',
  priceCents: '100',
  marks: [{ criterion: 'F', hundredths: 500 }],
};
const method = {
  priceWeight: 40,
  qualityWeight: 60,
  priceFormula: 'LINEAR',
  criteria: [{ code: 'F', label: 'Fonctions', weight: 60 }],
  markMax: 10,
  decimals: 2,
  rankOn: 'EXACT',
};

/** Of the coordinator; the kind decides what it may serve for. */
export const document = (name: string, kind: string, query: Door['query'] = ofMarket): Door => ({
  route: 'post /api/documents',
  as: 'coordinator',
  query: (known) => ({
    ...query(known),
    ...{ kind, title: kind, fileName: 'papier.pdf', datedOn: today },
  }),
  file: paper,
  keep: ({ documentId, document: kept }) => ({ [name]: documentId ?? kept.documentId }),
});

/** The coordinator's duties (GOV-1 to GOV-5). */
export const governance: readonly Door[] = [
  {
    route: 'post /api/coordination/committees',
    as: 'coordinator',
    body: () => ({ marketCode, kind: 'STEERING' }),
    keep: ({ committeeId }) => ({ committeeId }),
  },
  {
    route: 'put /api/coordination/committees/:committeeId/composition',
    as: 'coordinator',
    body: () => ({
      seats: [
        { functionTitle: 'IEN', organisation: 'DSDEN', side: 'EDUCATION_NATIONALE' },
        { functionTitle: 'Maire', organisation: 'Erbray', side: 'COLLECTIVITE' },
      ],
    }),
  },
  {
    route: 'get /api/committees',
    as: 'reader',
    query: ofMarket,
    tells: ({ committeeId }) => ({ committees: [{ committeeId }] }),
  },
  { route: 'get /api/committees/:committeeId', as: 'reader' },
  {
    route: 'post /api/coordination/committees/:committeeId/meetings',
    as: 'coordinator',
    body: () => meeting,
    keep: ({ meetingId }) => ({ meetingId }),
  },
  {
    route: 'put /api/coordination/meetings/:meetingId',
    as: 'coordinator',
    body: () => ({ ...meeting, meetsOn: today }),
  },
  { route: 'post /api/coordination/meetings/:meetingId/invitations', as: 'coordinator' },
  {
    route: 'post /api/coordination/meetings/:meetingId/attendance',
    as: 'coordinator',
    body: () => ({ attendances: [{ number: 1, outcome: 'PRESENT' }] }),
  },
  document('minutesId', 'MINUTES'),
  { route: 'get /api/meetings/:meetingId', as: 'coordinator' },
  {
    route: 'post /api/coordination/meetings/:meetingId/minutes',
    as: 'coordinator',
    body: ({ minutesId }) => ({ documentId: minutesId }),
  },
  {
    route: 'get /api/committees/:committeeId/meetings',
    as: 'reader',
    tells: ({ meetingId }) => ({ meetings: [{ meetingId }] }),
  },
  {
    route: 'post /api/coordination/committees/:committeeId/meetings',
    as: 'coordinator',
    body: () => meeting,
    keep: ({ meetingId }) => ({ meetingId }),
  },
  { route: 'post /api/coordination/meetings/:meetingId/cancellation', as: 'coordinator' },
  {
    route: 'post /api/coordination/trainings',
    as: 'coordinator',
    body: () => ({ marketCode, plan: training }),
    keep: ({ trainingId }) => ({ trainingId }),
  },
  {
    route: 'put /api/coordination/trainings/:trainingId',
    as: 'coordinator',
    body: () => ({ ...training, published: true }),
  },
  { route: 'get /api/coordination/trainings/:trainingId', as: 'coordinator' },
  {
    route: 'post /api/coordination/trainings/:trainingId/holding',
    as: 'coordinator',
    body: () => ({ heldOn: today, participants: 3 }),
  },
  {
    route: 'get /api/trainings',
    as: 'finance',
    query: ofMarket,
    tells: ({ trainingId }) => ({ trainings: [{ trainingId }] }),
  },
  { route: 'get /api/coordination/training-figures', as: 'coordinator', query: ofMarket },
  {
    route: 'post /api/coordination/trainings',
    as: 'coordinator',
    body: () => ({ marketCode, plan: training }),
    keep: ({ trainingId }) => ({ trainingId }),
  },
  { route: 'post /api/coordination/trainings/:trainingId/cancellation', as: 'coordinator' },
  {
    route: 'post /api/coordination/progress',
    as: 'coordinator',
    body: () => ({ marketCode, title: 'Bilan', body: 'Fin.' }),
  },
  { route: 'get /api/progress', as: 'orderer', query: ofMarket },
  {
    route: 'get /api/activity',
    as: 'reader',
    query: ofMarket,
    tells: ({ membershipId }) => ({ members: [{ membershipId }] }),
  },
  { route: 'get /api/activity/csv', as: 'reader', query: ofMarket },
  { route: 'get /api/activity/ods', as: 'reader', query: ofMarket },
  {
    route: 'post /api/coordination/published-list',
    as: 'coordinator',
    body: () => ({ marketCode, content: 'NAMES', reason: 'COPIL' }),
  },
  { route: 'get /api/published-members', as: 'reader', query: ofMarket },
  document('circulatedId', 'CCTP'),
  {
    route: 'post /api/coordination/execution-documents',
    as: 'coordinator',
    body: ({ circulatedId, membershipId }) => ({
      ...{ marketCode, documentId: circulatedId, kind: 'CCTP', membershipIds: [membershipId] },
    }),
  },
  {
    route: 'get /api/memberships/:membershipId/execution-documents',
    as: 'reader',
    keep: ({ dispatches }) => ({ dispatchId: dispatches[0].dispatchId }),
  },
  {
    route: 'get /api/coordination/execution-documents/unacknowledged',
    as: 'coordinator',
    query: ofMarket,
  },
  {
    route: 'post /api/memberships/:membershipId/execution-documents/:dispatchId/acknowledgement',
    as: 'orderer',
  },
  { route: 'get /api/memberships/:membershipId/archive', as: 'reader' },
  document('rulesId', 'REGLEMENT_CONSULTATION'),
  {
    route: 'post /api/coordination/tender',
    as: 'coordinator',
    body: ({ rulesId }) => ({ marketCode, method, rulesDocumentId: rulesId }),
  },
  { route: 'get /api/coordination/tender', as: 'coordinator', query: ofMarket },
  {
    route: 'post /api/coordination/offers',
    as: 'coordinator',
    body: () => ({ marketCode, ...offer }),
    keep: ({ offerId }) => ({ offerId }),
  },
  { route: 'get /api/coordination/offers', as: 'coordinator', query: ofMarket },
  { route: 'get /api/coordination/offers/:offerId', as: 'coordinator' },
  { route: 'put /api/coordination/offers/:offerId', as: 'coordinator', body: () => offer },
  { route: 'get /api/coordination/ranking', as: 'coordinator', query: ofMarket },
  {
    route: 'post /api/coordination/award',
    as: 'coordinator',
    body: ({ offerId }) => ({ marketCode, offerId }),
  },
];
