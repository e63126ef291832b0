import { type Door, lines, ofMarket, some, today } from './door.js';
import { document } from './governance.js';

const letter =
  (number: string) =>
  ({ letterId }: Record<string, string>) => ({
    ...{ number, sentOn: today, receivedOn: today, documentId: letterId },
  });
const header = 'Date;Type;Ancien membre;Successeur;Nom;Nature;INSEE;Document;Date du document';
const terval = { name: 'Terval', siren: '200099489', kind: 'COMMUNE', insee: '85289' };
const plan = ({ membershipId = '', decisionId }: Record<string, string>) => ({
  ...{ kind: 'FULL', effectiveOn: '2025-01-01', predecessorMembershipId: membershipId },
  successor: { ...terval, address: '1 place de la Mairie' },
  documentId: decisionId,
});
const transferredOn = '2023-09-01';
const terms = ({ membershipId, otherMembershipId, uai, decisionId }: Record<string, string>) => ({
  ...{ fromMembershipId: membershipId, toMembershipId: otherMembershipId, uais: [uai] },
  ...{ effectiveOn: transferredOn, documentId: decisionId, exceptionDocumentId: decisionId },
  territoryException: 'Regroupement pédagogique intercommunal',
});
const toOther = ({ otherMembershipId = '' }: Record<string, string>) => ({
  membershipId: otherMembershipId,
});
const proposed: Door = {
  route: 'post /api/coordination/school-transfers',
  as: 'coordinator',
  body: (known) => ({ terms: terms(known), propose: true }),
  keep: ({ transferId, transfer }) => ({ transferId: transferId ?? transfer.transferId }),
};
const transfer = (what: string) =>
  `/api/memberships/:membershipId/school-transfers/:transferId/${what}`;

const ldapAccess = (what = '') => `/api/memberships/:membershipId/ldap-access${what}`;

const openLdap: Door = {
  route: `post ${ldapAccess()}`,
  as: 'coordinator',
  body: ({ controllerId }) => ({
    ...{ documentId: controllerId, decidedOn: today, endsOn: '2025-01-01' },
  }),
  tells: () => ({ status: 'OPEN' }),
  keep: ({ accessId }) => ({ accessId }),
};

/** Schools that move, and memberships that end: last, since they take away. */
export const endings: readonly Door[] = [
  {
    route: 'get /api/memberships/:membershipId/schools',
    as: 'reader',
    keep: ({ schools, links }) => ({ uai: (schools ?? links)[0].uai }),
  },
  {
    route: 'post /api/coordination/memberships/:membershipId/schools',
    as: 'coordinator',
    body: ({ otherUai }) => ({ uai: otherUai, from: today }),
    refused: 'SCHOOL_OUTSIDE_TERRITORY',
  },
  document('decisionId', 'DECISION'),
  {
    route: 'post /api/coordination/school-transfers/preview',
    as: 'coordinator',
    body: terms,
  },
  proposed,
  { route: `post ${transfer('preview')}`, as: 'other orderer', path: toOther },
  { route: `post ${transfer('refusal')}`, as: 'other orderer', path: toOther },
  proposed,
  { route: 'post /api/coordination/school-transfers/:transferId/cancellation', as: 'coordinator' },
  proposed,
  {
    route: `post ${transfer('acceptance')}`,
    as: 'other orderer',
    path: toOther,
    // The order that goes with it, for the accounts that come.
    body: () => ({ lines: lines(200, transferredOn) }),
  },
  { route: 'get /api/coordination/school-transfers', as: 'coordinator', query: ofMarket },
  { route: 'get /api/memberships/:membershipId/school-transfers', as: 'reader' },
  document('closingId', 'DECISION', ({ otherMembershipId = '' }) => ({
    ...{ membership: otherMembershipId, membershipId: otherMembershipId },
  })),
  {
    route: 'post /api/coordination/schools/:uai/end',
    as: 'coordinator',
    path: ({ otherUai = '' }) => ({ uai: otherUai }),
    body: ({ otherMembershipId, closingId }) => ({
      ...{ membershipId: otherMembershipId, endsOn: '2023-07-08' },
      ...{ reason: 'SCHOOL_CLOSED', documentId: closingId },
    }),
  },
  {
    route: 'get /api/memberships/:membershipId/withdrawal',
    as: 'reader',
  },
  {
    route: 'post /api/memberships/:membershipId/withdrawal',
    as: 'coordinator',
    body: letter('W 1'),
    refused: 'WITHDRAWAL_TOO_EARLY',
  },
  {
    route: 'post /api/memberships/:membershipId/withdrawal/revocation',
    as: 'coordinator',
    body: letter('W 2'),
    refused: 'WITHDRAWAL_NOT_GIVEN',
  },
  { route: 'get /api/coordination/withdrawals', as: 'supplier', query: ofMarket },
  { route: 'get /api/coordination/withdrawal-reminders', as: 'coordinator', query: ofMarket },
  {
    route: 'get /api/coordination/successions',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ successions: some }),
  },
  { route: 'get /api/successions/:successionId', as: 'reader' },
  { route: 'get /api/memberships/:membershipId/successions', as: 'reader' },
  {
    route: 'post /api/coordination/successions/:successionId/approval',
    as: 'coordinator',
    body: () => ({ digest: 'f'.repeat(64) }),
    refused: 'PROPOSAL_OWN',
  },
  {
    route: 'post /api/coordination/successions/:successionId/cancellation',
    as: 'coordinator',
    body: () => ({ reason: 'Arrêté rapporté' }),
  },
  {
    route: 'post /api/coordination/successions/preview',
    as: 'coordinator',
    body: (known) => ({ ...ofMarket(), plan: plan(known) }),
  },
  {
    route: 'post /api/coordination/successions/import',
    as: 'coordinator',
    query: () => ({ ...ofMarket(), fileName: 'm.csv', dryRun: 'true' }),
    file: ({ siren }) =>
      `${header}\n2025-01-01;Totale;${siren};200099489;Terval;Commune;85289;DECISION;${today}\n`,
  },
  {
    route: 'post /api/coordination/successions',
    as: 'coordinator',
    body: (known) => ({ ...ofMarket(), plans: [plan(known)] }),
  },
  document('controllerId', 'CONTROLLER_DECISION', ({ membershipId = '' }) => ({
    ...{ membership: membershipId, membershipId },
  })),
  openLdap,
  {
    route: `post ${ldapAccess('/secret')}`,
    as: 'orderer',
    tells: () => ({ secret: expect.stringMatching(/^[\w-]{43}$/) as unknown }),
  },
  { route: `get ${ldapAccess()}`, as: 'reader', tells: () => ({ access: { status: 'OPEN' } }) },
  {
    route: 'get /api/ldap-accesses',
    as: 'dpo',
    query: ofMarket,
    tells: () => ({ accesses: some }),
  },
  {
    route: 'post /api/ldap-accesses/:accessId/revocation',
    as: 'dpo',
    body: () => ({ reason: 'INCIDENT' }),
    tells: () => ({ status: 'WITHDRAWN' }),
  },
  openLdap,
  {
    route: `post ${ldapAccess('/withdrawal')}`,
    as: 'orderer',
    body: () => ({ reason: 'MEMBER' }),
    tells: () => ({ status: 'WITHDRAWN' }),
  },
  document('judgementId', 'COURT_DECISION', ({ otherMembershipId = '' }) => ({
    ...{ membership: otherMembershipId, membershipId: otherMembershipId },
  })),
  {
    route: 'post /api/memberships/:membershipId/exclusion',
    as: 'coordinator',
    path: toOther,
    body: ({ judgementId }) => ({
      ...{ reference: 'n° 1', court: 'Tribunal administratif de Nantes', decidedOn: today },
      ...{ effectiveOn: '2025-01-01', documentId: judgementId },
    }),
  },
  {
    route: 'get /api/memberships/:membershipId/exclusion',
    as: 'coordinator',
    path: toOther,
  },
  { route: 'get /api/coordination/exclusions', as: 'supplier', query: ofMarket },
  { route: 'post /api/logout', as: 'finance' },
];
