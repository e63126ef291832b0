import { randomUUID } from 'node:crypto';
import { MarketService } from '#libs/contracts';
import { marketFile } from './active-member.js';
import { marketCode } from './membership-app.js';
import { coordination, type RightsTable, testRights } from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { as, clientOf } = member;

const amendment = () => ({
  idempotencyKey: randomUUID(),
  marketCode,
  content: marketFile,
  documentId: 'a-document',
  number: 'Avenant n° 1',
  signedOn: '2022-07-01',
  effectiveOn: '2022-09-01',
});

/** Terms are changed by the coordinator and the administrator alone. */
const changes = { notFor: [coordination('MKT-6', { more: ['service'] })] };

/** Amendments take two coordinators, and nobody else. */
const coordinated = { notFor: [coordination('MKT-6', { more: ['service', 'admin', 'player'] })] };
/** Whose market is known by the proposal alone. */
const unknown = { passed: 'PROPOSAL_UNKNOWN', ofNoMarket: true } as const;

const services = [MarketService] as const;
const table: RightsTable<typeof services> = {
  importMarket: {
    rightful: ['coordinator', 'admin'],
    ...changes,
    request: () => ({ content: marketFile, dryRun: true }),
  },
  fixDate: {
    rightful: 'coordinator',
    ...changes,
    passed: 'MARKET_IN_FORCE',
    request: () => ({
      idempotencyKey: randomUUID(),
      marketCode,
      which: 'EFFECTIVE',
      on: '2022-07-19',
      documentId: 'a-document',
    }),
  },
  proposeAmendment: {
    rightful: 'coordinator',
    ...coordinated,
    // Past the rights, billing is asked, and no such service stands behind this one here: INTERNAL.
    passed: 13,
    request: amendment,
  },
  listAmendmentProposals: {
    rightful: ['coordinator', 'admin'],
    ...changes,
    request: () => ({ marketCode }),
  },
  getAmendmentProposal: {
    rightful: ['coordinator', 'admin'],
    ...changes,
    ...unknown,
    request: () => ({ proposalId: randomUUID() }),
  },
  approveAmendment: {
    rightful: 'coordinator',
    ...coordinated,
    ...unknown,
    request: () => ({ proposalId: randomUUID(), digest: 'd', idempotencyKey: randomUUID() }),
  },
  rejectAmendment: {
    rightful: 'coordinator',
    ...coordinated,
    ...unknown,
    request: () => ({
      ...{ proposalId: randomUUID(), digest: 'd', idempotencyKey: randomUUID() },
      reason: 'Il manque une page.',
    }),
  },
  withdrawAmendment: {
    rightful: 'coordinator',
    ...coordinated,
    ...unknown,
    request: () => ({ proposalId: randomUUID(), idempotencyKey: randomUUID() }),
  },
  getMarketSchema: { rightful: 'member-reader', open: true, ofNoMarket: true, request: () => ({}) },
  listMarkets: { rightful: 'supplier', open: true, ofNoMarket: true, request: () => ({}) },
  showMarket: { rightful: 'member-finance', open: true, request: () => ({ marketCode }) },
  listMarketVersions: {
    rightful: 'member-reader',
    open: true,
    request: () => ({ marketCode }),
  },
  whatIsDue: { rightful: 'member-orderer', open: true, request: () => ({ marketCode }) },
  listAmendments: { rightful: 'supplier', open: true, request: () => ({ marketCode }) },
};

test('SUP-1: a list holds the markets of the token only', async () => {
  const listed = async (claims: object) =>
    (await clientOf(MarketService).listMarkets({}, await as('coordinator', claims))).markets.map(
      ({ code }) => code,
    );
  expect(await listed({ markets: ['autre'] })).toEqual([]);
  expect(await listed({ markets: ['autre', marketCode] })).toEqual([marketCode]);
});

testRights(member, services, table, {
  notFor: [
    {
      title: 'SUP-3: %s is refused to a school and to support',
      tokens: [{ roles: ['school', 'support-1', 'support-2', 'support-3', 'dpo'] }],
    },
  ],
});
