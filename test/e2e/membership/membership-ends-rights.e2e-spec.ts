import { randomUUID } from 'node:crypto';
import {
  DocumentService,
  ExclusionService,
  LdapAccessService,
  WithdrawalService,
} from '#libs/contracts';
import { marketCode } from './membership-app.js';
import { ancenisId, memberOf, reading, type RightsTable, testRights } from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { ofMember } = member;

const paperIds: Record<string, string> = {};
let accessId: string;
beforeAll(async () => {
  for (const kind of ['LETTER', 'COURT_DECISION', 'CONTROLLER_DECISION']) {
    const { document } = await member.clientOf(DocumentService).uploadDocument(
      {
        ...{ idempotencyKey: randomUUID(), kind, title: kind, fileName: 'a.pdf' },
        ...{ owner: ofMember(), datedOn: '2022-07-19', content: Buffer.from(`%PDF-1.7 ${kind}`) },
      },
      await member.as('coordinator'),
    );
    paperIds[kind] = document!.documentId;
  }
  const opened = await member
    .clientOf(LdapAccessService)
    .openLdapAccess(opening(), await member.as('coordinator'));
  accessId = opened.access!.accessId;
}, 30_000);
const letter = () => ({
  ...{ number: '1A 1', sentOn: '2022-07-19', receivedOn: '2022-07-19' },
  documentId: paperIds['LETTER']!,
});
const decision = () => ({
  reference: 'n° 1',
  court: 'Tribunal administratif de Nantes',
  decidedOn: '2022-07-19',
  effectiveOn: '2026-07-19',
  sumsDueCents: 0n,
  documentId: paperIds['COURT_DECISION']!,
});

const opening = () => ({
  ...ofMember(),
  decision: {
    ...{ documentId: paperIds['CONTROLLER_DECISION']!, decidedOn: '2022-07-19' },
    endsOn: '2025-01-01',
  },
});

const itself = {
  title: 'WDR-1: %s is refused to the member itself: the letter is addressed to the coordinator',
  tokens: [memberOf(ancenisId)],
};
const whoReads = {
  title: 'SUP-3: %s is refused to roles that read every member',
  tokens: [reading()],
};

const whoWatches = {
  title: 'SUP-3: %s is refused to roles that only watch over every member',
  tokens: [{ roles: ['support-1', 'support-2', 'support-3', 'supplier'] as const }],
};

const services = [WithdrawalService, ExclusionService, LdapAccessService] as const;
const table: RightsTable<typeof services> = {
  recordWithdrawal: {
    rightful: 'coordinator',
    passed: 'WITHDRAWAL_TOO_EARLY',
    notFor: [itself, whoReads],
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), letter: letter() }),
  },
  revokeWithdrawal: {
    rightful: 'coordinator',
    passed: 'WITHDRAWAL_NOT_GIVEN',
    notFor: [itself, whoReads],
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), letter: letter() }),
  },
  getWithdrawal: { rightful: 'member-reader', request: ofMember },
  listWithdrawals: {
    rightful: 'supplier',
    notFor: [itself],
    request: () => ({ marketCode }),
  },
  listWithdrawalReminders: {
    rightful: 'coordinator',
    notFor: [itself],
    request: () => ({ marketCode }),
  },
  recordExclusion: {
    rightful: 'coordinator',
    passed: 'OUTSIDE_MEMBERSHIP',
    notFor: [itself, whoReads],
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), decision: decision() }),
  },
  getExclusion: { rightful: 'member-reader', request: ofMember },
  listExclusions: {
    rightful: 'supplier',
    notFor: [itself],
    request: () => ({ marketCode }),
  },
  openLdapAccess: {
    rightful: 'coordinator',
    passed: 'LDAP_ACCESS_ALREADY_OPEN',
    notFor: [itself, whoReads],
    request: opening,
  },
  getLdapAccess: {
    rightful: ['member-reader', 'coordinator'],
    notFor: [whoReads],
    request: ofMember,
  },
  listLdapAccesses: {
    rightful: ['coordinator', 'dpo'],
    notFor: [itself, whoWatches],
    request: () => ({ marketCode }),
  },
  renewLdapSecret: {
    rightful: 'member-orderer',
    notFor: [whoReads],
    request: ofMember,
  },
  revokeLdapAccess: {
    rightful: 'dpo',
    notFor: [itself, whoWatches],
    request: () => ({ accessId, reason: 'INCIDENT' }),
  },
  withdrawLdapAccess: {
    rightful: ['coordinator', 'member-orderer'],
    passed: 'LDAP_ACCESS_NOT_OPEN',
    notFor: [whoReads],
    request: () => ({ ...ofMember(), reason: 'INCIDENT' }),
  },
};

testRights(member, services, table);
