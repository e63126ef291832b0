import { randomUUID } from 'node:crypto';
import { ExclusionService, WithdrawalService } from '#libs/contracts';
import { marketCode } from './membership-app.js';
import { ancenisId, memberOf, reading, type RightsTable, testRights } from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { ofMember } = member;

const document = { title: 'Lettre', datedOn: '2022-07-19' };
const letter = { number: '1A 1', sentOn: '2022-07-19', receivedOn: '2022-07-19', document };
const decision = {
  reference: 'n° 1',
  court: 'Tribunal administratif de Nantes',
  decidedOn: '2022-07-19',
  effectiveOn: '2026-07-19',
  sumsDueCents: 0n,
  document,
};

const itself = {
  title: 'WDR-1: %s is refused to the member itself: the letter is addressed to the coordinator',
  tokens: [memberOf(ancenisId)],
};
const whoReads = {
  title: 'SUP-3: %s is refused to roles that read every member',
  tokens: [reading()],
};

const services = [WithdrawalService, ExclusionService] as const;
const table: RightsTable<typeof services> = {
  recordWithdrawal: {
    rightful: 'coordinator',
    passed: 'WITHDRAWAL_TOO_EARLY',
    notFor: [itself, whoReads],
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), letter }),
  },
  revokeWithdrawal: {
    rightful: 'coordinator',
    passed: 'WITHDRAWAL_NOT_GIVEN',
    notFor: [itself, whoReads],
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), letter }),
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
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), decision }),
  },
  getExclusion: { rightful: 'member-reader', request: ofMember },
  listExclusions: {
    rightful: 'supplier',
    notFor: [itself],
    request: () => ({ marketCode }),
  },
};

testRights(member, services, table);
