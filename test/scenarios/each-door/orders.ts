import { readFileSync } from 'node:fs';
import { ahead, type Door, lines, marketCode, ofMarket, past, some, today } from './door.js';
import { document } from './governance.js';

const ofMember: Door['query'] = ({ membershipId = '' }) => ({
  ...{ membership: membershipId, membershipId },
});
const draft = (path = '') => `/api/memberships/:membershipId/drafts${path}`;
const kept = ({ draftId }: Record<string, string>) => ({ draftId: draftId! });
const marketFile = () =>
  readFileSync(`deploy/local/demo/markets/${marketCode}.json`, 'utf8').toString();
/** Of another title, from a day that this story does not reach. */
const amendment =
  (number: string): Door['body'] =>
  ({ amendmentId }) => ({
    ...{ content: marketFile().replace(/"title": "[^"]*"/, '"title": "Marché rebaptisé"') },
    ...{ documentId: amendmentId, number, signedOn: today, effectiveOn: ahead },
  });

/** A member's figures and orders, the market's terms, and what proves them. */
export const orders: readonly Door[] = [
  { route: 'get /api/session', as: 'orderer', tells: () => ({ roles: ['member-orderer'] }) },
  {
    route: 'get /api/memberships',
    as: 'reader',
    tells: ({ membershipId }) => ({ memberships: [{ membershipId }] }),
  },
  {
    route: 'get /api/memberships/:membershipId',
    as: 'reader',
    tells: ({ membershipId }) => ({ membership: { membershipId }, seatsFresh: true }),
  },
  {
    route: 'get /api/coordination/members',
    as: 'coordinator',
    tells: () => ({ members: some }),
  },
  { route: 'get /api/supplier/members', as: 'supplier' },
  {
    route: 'post /api/memberships/:membershipId/orders/preview',
    as: 'orderer',
    body: () => ({ lines: lines(3) }),
    tells: () => ({ refusals: [] }),
  },
  {
    route: 'post /api/memberships/:membershipId/orders',
    as: 'orderer',
    body: () => ({ lines: lines(3) }),
    keep: ({ order }) => ({ orderId: order.orderId }),
  },
  {
    route: 'get /api/memberships/:membershipId/orders',
    as: 'reader',
    tells: () => ({ orders: some }),
  },
  { route: 'get /api/memberships/:membershipId/orders/:orderId/pdf', as: 'reader' },
  { route: 'get /api/supplier/orders-to-acknowledge', as: 'supplier', query: ofMarket },
  { route: 'post /api/supplier/orders/:orderId/acknowledgement', as: 'supplier' },
  { route: `get ${draft()}`, as: 'reader', tells: ({ draftId }) => ({ drafts: [{ draftId }] }) },
  { route: `get ${draft('/:draftId')}`, as: 'reader' },
  { route: `put ${draft('/:draftId')}`, as: 'orderer', body: () => ({ lines: lines(2) }) },
  { route: `post ${draft('/:draftId/sign')}`, as: 'orderer' },
  { route: `post ${draft()}`, as: 'orderer', body: () => ({ lines: lines(1) }), keep: kept },
  { route: `get ${draft('/:draftId')}`, as: 'orderer' },
  { route: `delete ${draft('/:draftId')}`, as: 'orderer' },
  document('agreementId', 'CORRECTION_AGREEMENT', ofMember),
  {
    route: 'post /api/coordination/memberships/:membershipId/corrections/preview',
    as: 'coordinator',
    body: () => ({ lines: lines(1, past) }),
    tells: () => ({ refusals: [] }),
  },
  {
    route: 'post /api/coordination/memberships/:membershipId/corrections',
    as: 'coordinator',
    body: ({ agreementId }) => ({
      lines: lines(1, past),
      ...{ reason: 'ENTRY_ERROR', documentId: agreementId },
    }),
  },
  {
    route: 'get /api/memberships/:membershipId/statement',
    as: 'reader',
    keep: ({ text }) => ({ statement: text }),
  },
  {
    route: 'post /api/statements/verification',
    as: 'reader',
    file: ({ statement = '' }) => statement,
  },
  { route: 'get /api/coordination/margins', as: 'coordinator', query: ofMarket },
  { route: 'get /api/coordination/ceilings', as: 'coordinator', query: ofMarket },
  {
    route: 'get /api/coordination/audit',
    as: 'coordinator',
    query: ofMarket,
    tells: () => ({ entries: some }),
  },
  { route: 'get /api/memberships/:membershipId/audit', as: 'reader' },
  { route: 'get /api/markets', as: 'reader', tells: () => ({ markets: [{ code: marketCode }] }) },
  { route: 'get /api/markets/schema', as: 'reader' },
  { route: 'get /api/markets/:marketCode', as: 'reader' },
  { route: 'get /api/markets/:marketCode/versions', as: 'reader' },
  { route: 'get /api/markets/:marketCode/due', as: 'reader' },
  { route: 'get /api/markets/:marketCode/amendments', as: 'reader' },
  {
    route: 'post /api/markets',
    as: 'coordinator',
    body: () => ({ content: marketFile(), dryRun: true }),
  },
  document('noticeId', 'NOTIFICATION'),
  {
    route: 'post /api/markets/:marketCode/dates',
    as: 'coordinator',
    body: ({ noticeId }) => ({ which: 'EFFECTIVE', on: today, documentId: noticeId }),
    refused: 'MARKET_IN_FORCE',
  },
  document('amendmentId', 'AMENDMENT'),
  {
    route: 'post /api/markets/:marketCode/amendment-proposals',
    as: 'coordinator',
    body: amendment('Avenant n° 1'),
    keep: ({ proposalId, digest }) => ({ ownProposalId: proposalId, proposalId, digest }),
  },
  {
    route: 'post /api/markets/:marketCode/amendment-proposals',
    as: 'coordinator',
    body: amendment('Avenant n° 2'),
    keep: ({ proposalId }) => ({ ownProposalId: proposalId }),
  },
  {
    route: 'get /api/markets/:marketCode/amendment-proposals',
    as: 'coordinator-2',
    tells: () => ({ proposals: some }),
  },
  {
    route: 'get /api/amendment-proposals/:proposalId',
    as: 'coordinator-2',
    tells: ({ digest }) => ({ digest, amendment: { changes: [{ path: 'title' }] } }),
  },
  {
    route: 'post /api/amendment-proposals/:proposalId/rejection',
    as: 'coordinator',
    body: ({ digest }) => ({ digest, reason: 'Elle est de moi.' }),
    refused: 'PROPOSAL_OWN',
  },
  {
    route: 'post /api/amendment-proposals/:proposalId/approval',
    as: 'coordinator-2',
    body: ({ digest }) => ({ digest }),
    tells: () => ({ state: 'APPROVED' }),
  },
  {
    route: 'post /api/amendment-proposals/:proposalId/withdrawal',
    as: 'coordinator',
    path: ({ ownProposalId = '' }) => ({ proposalId: ownProposalId }),
    tells: () => ({ state: 'WITHDRAWN' }),
  },
  { route: 'post /api/coordination/memberships/:membershipId/activation', as: 'coordinator' },
];
