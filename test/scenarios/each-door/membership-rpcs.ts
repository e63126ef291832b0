import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  ActivityService,
  AuditService,
  ExecutionDocumentsService,
  OrderLifeService,
  SchoolService,
  StatementService,
} from '#libs/contracts';
import { lines, marketCode, paper, some, today } from './door.js';
import type { Rpc } from './rpc.js';

const isPdf = expect.stringMatching(/\.pdf$/) as unknown;
const ofMember = (services: Parameters<Rpc['call']>[0]) => services.membership('supplier');

/** What the services are told of members, and what the console composes. */
export const membership: readonly Rpc[] = [
  {
    rpc: 'ActivityService.getGroupTotals',
    call: (services) =>
      services.door(ActivityService, 'membership', 'coordinator').getGroupTotals({ marketCode }),
    tells: () => ({ on: today, figures: some }),
  },
  {
    rpc: 'ActivityService.listActivity',
    call: (services) =>
      services.door(ActivityService, 'membership', 'coordinator').listActivity({ marketCode }),
    tells: () => ({ on: today, members: some }),
  },
  {
    rpc: 'AuditService.listAuditEntries',
    call: (services) =>
      services.door(AuditService, 'membership', 'coordinator').listAuditEntries({ marketCode }),
    tells: () => ({ entries: some }),
  },
  {
    rpc: 'DocumentService.uploadDocument',
    call: (services, { membershipId }) =>
      services.documents('coordinator').uploadDocument({
        ...{ owner: { membershipId: membershipId! }, kind: 'OTHER', title: 'Essai' },
        ...{ fileName: 'essai.pdf', datedOn: today, content: Buffer.from(paper(), 'latin1') },
        idempotencyKey: randomUUID(),
      }),
    tells: () => ({ document: { kind: 'OTHER', title: 'Essai' } }),
  },
  {
    rpc: 'DocumentService.listDocuments',
    call: (services, { membershipId }) =>
      services.documents('coordinator').listDocuments({ owner: { membershipId: membershipId! } }),
    tells: () => ({ documents: some }),
  },
  {
    rpc: 'DocumentService.getDocument',
    call: (services, { documentId }) =>
      services.documents('coordinator').getDocument({ documentId }),
    tells: ({ documentId }) => ({ document: { documentId } }),
  },
  {
    rpc: 'DocumentService.downloadDocument',
    call: async (services, { documentId }) => {
      const documents = services.documents('coordinator');
      const { content } = await documents.downloadDocument({ documentId });
      return { begins: Buffer.from(content).toString('latin1', 0, 4) };
    },
    tells: () => ({ begins: '%PDF' }),
  },
  {
    rpc: 'ExecutionDocumentsService.openArchive',
    call: (services, { membershipId }) =>
      services
        .door(ExecutionDocumentsService, 'membership', 'coordinator')
        .openArchive({ membershipId }),
    tells: () => ({ marketCode, on: today }),
  },
  {
    // The same market again.
    rpc: 'MembershipService.loadMarket',
    call: (services) => {
      const file = `deploy/local/demo/markets/${marketCode}.json`;
      const content = readFileSync(file, 'utf8');
      const coordinator = services.membership('coordinator');
      return coordinator.loadMarket({ content, idempotencyKey: randomUUID() });
    },
    tells: () => ({ market: { code: marketCode }, changed: false }),
  },
  {
    rpc: 'MembershipService.getMarket',
    call: (services) => ofMember(services).getMarket({ code: marketCode }),
    tells: () => ({ market: { code: marketCode } }),
  },
  {
    rpc: 'MembershipService.startBusinessDay',
    call: (services) => services.membership().startBusinessDay({ date: today }),
    tells: () => ({ date: today, changed: false }),
  },
  {
    rpc: 'MembershipService.previewOrder',
    call: (services, { membershipId }) =>
      ofMember(services).previewOrder({ membershipId, lines: lines(1) }),
    tells: () => ({ refusals: [], after: some }),
  },
  {
    rpc: 'MembershipService.getQuantities',
    call: (services, { membershipId }) => ofMember(services).getQuantities({ membershipId }),
    tells: () => ({ on: today, timelines: some }),
  },
  {
    rpc: 'MembershipService.listSchoolsFinanced',
    call: (services, { membershipId }) => ofMember(services).listSchoolsFinanced({ membershipId }),
    tells: () => ({ links: some }),
  },
  {
    rpc: 'MembershipService.listMemberships',
    call: (services) => ofMember(services).listMemberships({ marketCode, limit: 1 }),
    tells: () => ({ memberships: [{ marketCode }] }),
  },
  {
    rpc: 'MembershipService.getMembership',
    call: (services, { membershipId }) => ofMember(services).getMembership({ membershipId }),
    tells: ({ membershipId }) => ({ membership: { membershipId } }),
  },
  {
    rpc: 'MembershipService.listLedgerHeads',
    call: (services) => ofMember(services).listLedgerHeads({ marketCode }),
    tells: () => ({ heads: some }),
  },
  {
    rpc: 'DocumentService.checkDocuments',
    call: (services) => services.documents().checkDocuments({ marketCode }),
    tells: () => ({ atFault: [] }),
  },
  {
    rpc: 'MembershipService.checkLedgers',
    call: (services, { membershipId }) =>
      services.membership('coordinator').checkLedgers({ marketCode, membershipId }),
    tells: () => ({ memberships: 1, violations: [] }),
  },
  {
    rpc: 'OrderLifeService.getOrderPdf',
    call: (services, { membershipId, orderId }) =>
      services
        .door(OrderLifeService, 'membership', 'supplier')
        .getOrderPdf({ membershipId, orderId }),
    tells: () => ({ fileName: isPdf }),
  },
  {
    rpc: 'SchoolService.findFinancers',
    call: (services, { uai }) =>
      services
        .door(SchoolService, 'membership', 'coordinator')
        .findFinancers({ uais: [uai!], on: today }),
    tells: ({ uai, membershipId }) => ({ financers: [{ uai, membershipId, marketCode }] }),
  },
  {
    rpc: 'StatementService.getStatement',
    call: (services, { membershipId }) =>
      services.door(StatementService, 'membership', 'supplier').getStatement({ membershipId }),
    tells: () => ({ fileName: isPdf, on: today }),
  },
];
