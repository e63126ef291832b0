import { type Door, ofMarket, some, today } from './door.js';
import { document } from './governance.js';

const annexe2 = () => 'UAI;Catégorie;Nombre de comptes\n0440437L;Compte élève;158\nTOTAL;;158\n';
const ofAnnexe2 = () => ({ fileName: 'annexe2.csv', datedOn: '2022-01-10' });
const vertou = { name: 'Vertou', siren: '214402158', kind: 'COMMUNE', insee: '44215' };
const erbray = { name: 'Erbray', siren: '214400541', kind: 'COMMUNE', insee: '44054' };
/** Sent in time, received after the deadline (ADH-3), incomplete. */
const application = {
  ...{ ...ofMarket(), organisation: vertou, letterNumber: '1A 214402158 9' },
  ...{ sentOn: '2022-01-14', receivedOn: '2022-01-18' },
  documents: [{ kind: 'DELIBERATION', title: 'Délibération', datedOn: '2022-01-10' }],
};
const at = (what = '') => `/api/coordination/applications${what}`;
const ofApplicant = ({ applicant = '' }: Record<string, string>) => ({ membershipId: applicant });
const inFileOfApplicant: Door['query'] = ({ applicant = '' }) => ({
  ...{ membership: applicant, membershipId: applicant },
});
const organisation = (what: string) => `/api/organisations/:organisationId${what}`;

/** How organisations become members, and what is known of them. */
export const adhesions: readonly Door[] = [
  document('letterId', 'LETTER', ({ membershipId = '' }) => ({
    ...{ membership: membershipId, membershipId },
  })),
  {
    route: 'get /api/documents',
    as: 'reader',
    query: ({ membershipId = '' }) => ({ membership: membershipId, membershipId }),
  },
  { route: 'get /api/documents/:documentId', as: 'reader' },
  { route: 'get /api/documents/:documentId/content', as: 'reader' },
  {
    route: `get ${at()}`,
    as: 'coordinator',
    query: ofMarket,
    tells: () => ({ applications: some }),
  },
  {
    route: `post ${at()}`,
    as: 'coordinator',
    body: () => application,
    keep: ({ membershipId }) => ({ applicant: membershipId }),
  },
  { route: `get ${at('/:membershipId')}`, as: 'coordinator', path: ofApplicant },
  {
    route: `post ${at('/:membershipId/acceptance')}`,
    as: 'coordinator',
    path: ofApplicant,
    refused: 'LATE_RECEIPT_UNDECIDED',
  },
  document('envelopeId', 'LETTER', inFileOfApplicant),
  {
    route: `post ${at('/:membershipId/admission')}`,
    as: 'coordinator',
    path: ofApplicant,
    body: ({ envelopeId }) => ({ reasonCode: 'POSTAL_DELAY', documentId: envelopeId }),
  },
  // The member's own time is over; the coordinator types in what the letter contained (COM-1).
  {
    route: 'post /api/memberships/:membershipId/annexe2/preview',
    as: 'coordinator',
    path: ofApplicant,
    query: ofAnnexe2,
    file: annexe2,
    tells: () => ({ faults: [] }),
  },
  {
    route: 'post /api/memberships/:membershipId/annexe2',
    as: 'coordinator',
    path: ofApplicant,
    query: ofAnnexe2,
    file: annexe2,
    tells: () => ({ faults: [] }),
    keep: ({ sha256 }) => ({ annexe2: sha256 }),
  },
  document('signedAnnexe2Id', 'ANNEXE2', inFileOfApplicant),
  {
    route: 'post /api/memberships/:membershipId/annexe2/verification',
    as: 'coordinator',
    path: ofApplicant,
    body: ({ annexe2: sha256, signedAnnexe2Id }) => ({ sha256, signedDocumentId: signedAnnexe2Id }),
    // The same person typed it in.
    refused: 'VERIFIER_IS_IMPORTER',
  },
  {
    route: `post ${at('/:membershipId/convention')}`,
    as: 'coordinator',
    path: ofApplicant,
    body: ({ envelopeId }) => ({ documentId: envelopeId }),
    refused: 'NOTHING_TO_DECIDE',
  },
  {
    route: `post ${at('/:membershipId/refusal')}`,
    as: 'coordinator',
    path: ofApplicant,
    body: () => ({ reasonCode: 'GIVEN_UP' }),
  },
  { route: 'get /api/coordination/unsigned-members', as: 'coordinator', query: ofMarket },
  { route: 'get /api/coordination/campaign', as: 'coordinator', query: ofMarket },
  {
    route: 'post /api/coordination/invitations',
    as: 'coordinator',
    body: () => ({ ...ofMarket(), invitedOn: '2021-11-15', invitees: [erbray] }),
  },
  {
    route: 'get /api/coordination/invitations',
    as: 'coordinator',
    query: ofMarket,
    keep: ({ invitations }) => ({ invitationId: invitations[0].invitationId }),
  },
  {
    route: 'post /api/coordination/invitations/import',
    as: 'coordinator',
    query: () => ({ ...ofMarket(), invitedOn: '2021-11-15', fileName: 'a.csv', dryRun: 'true' }),
    file: () => 'SIREN;Collectivité;Code INSEE\n214400475;Couëron;44047\n',
  },
  {
    route: 'post /api/coordination/invitations/reminders',
    as: 'coordinator',
    body: ({ invitationId }) => ({
      ...{ ...ofMarket(), invitationIds: [invitationId] },
      reminder: { remindedOn: '2021-12-06', channel: 'MAIL' },
    }),
  },
  {
    route: 'post /api/coordination/invitations/:invitationId/decline',
    as: 'coordinator',
    body: () => ({ declinedOn: '2021-12-06' }),
  },
  { route: `get ${organisation('')}`, as: 'finance', query: ofMarket },
  {
    route: `put ${organisation('/billing-contacts')}`,
    as: 'finance',
    body: () => ({
      ...ofMarket(),
      billingContacts: [{ name: 'Service comptable', mail: 'compta@commune.example.org' }],
    }),
  },
  {
    route: `post ${organisation('/signatories')}`,
    as: 'coordinator',
    body: () => ({
      ...ofMarket(),
      signatory: { name: 'Camille Inventée', function: 'Maire', kind: 'HEAD', startsOn: today },
    }),
    keep: ({ signatories }) => ({ signatoryId: signatories.at(-1).signatoryId }),
  },
  {
    route: `put ${organisation('/signatories/:signatoryId/end')}`,
    as: 'coordinator',
    body: () => ({ ...ofMarket(), endsOn: '2026-03-22' }),
  },
  {
    route: `post ${organisation('/chorus-pro')}`,
    as: 'finance',
    body: () => ({
      ...ofMarket(),
      validFrom: '2023-01-01',
      chorusPro: { serviceCode: 'EDUC' },
    }),
  },
  {
    route: `post ${organisation('/billing-rhythm')}`,
    as: 'finance',
    body: () => ({ ...ofMarket(), rhythm: 'QUARTER' }),
  },
  { route: `get ${organisation('/chorus-pro')}`, as: 'finance', query: ofMarket },
  { route: 'get /api/memberships/:membershipId/annexe2', as: 'reader' },
];
