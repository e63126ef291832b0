import { randomUUID } from 'node:crypto';
import { MembershipService } from '#libs/contracts';
import { ancenis, annexe2, applicationOf, marketFile } from './active-member.js';
import { marketCode } from './membership-app.js';
import { ancenisId, anotherMember, type RightsTable, testRights } from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { ofMember } = member;

const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-11-03', delta: 1 }];
const strangerWhoReads = {
  title: 'SUP-3: %s for another member is refused to an orderer who may also read every member',
  tokens: [anotherMember('support-1', 'support-2', 'support-3', 'supplier')],
};

const services = [MembershipService] as const;
const anAnnexe2 = () => ({
  ...ofMember(),
  fileName: 'a.csv',
  content: annexe2,
  datedOn: '2022-01-10',
});
const table: RightsTable<typeof services> = {
  loadMarket: { rightful: 'coordinator', request: () => ({ content: marketFile }) },
  getMarket: { rightful: 'member-reader', open: true, request: () => ({ code: marketCode }) },
  // The calendar is of every market.
  startBusinessDay: {
    rightful: 'player',
    request: () => ({ date: '2022-07-19' }),
  },
  applyForMembership: {
    rightful: 'coordinator',
    request: () => applicationOf(ancenis, '1A 1'),
  },
  importAnnexe2: {
    rightful: 'coordinator',
    notFor: [strangerWhoReads],
    request: anAnnexe2,
  },
  previewAnnexe2: {
    rightful: 'coordinator',
    notFor: [strangerWhoReads],
    request: anAnnexe2,
  },
  verifyAnnexe2: {
    rightful: 'coordinator',
    passed: 'ANNEXE2_SUPERSEDED',
    notFor: [strangerWhoReads],
    request: () => ({ ...ofMember(), sha256: 'b'.repeat(64) }),
  },
  acceptApplication: { rightful: 'coordinator', notFor: [strangerWhoReads], request: ofMember },
  activateMembership: { rightful: 'coordinator', notFor: [strangerWhoReads], request: ofMember },
  signOrder: {
    rightful: 'member-orderer',
    notFor: [strangerWhoReads],
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), lines }),
  },
  previewOrder: { rightful: 'member-reader', request: () => ({ ...ofMember(), lines }) },
  listOrders: { rightful: 'member-reader', request: ofMember },
  getQuantities: { rightful: 'member-reader', request: ofMember },
  financeSchool: {
    rightful: 'coordinator',
    notFor: [strangerWhoReads],
    request: () => ({
      idempotencyKey: randomUUID(),
      ...ofMember(),
      uai: '0440437L',
      from: '2022-09-01',
      insee: '44003',
    }),
  },
  listSchoolsFinanced: { rightful: 'member-reader', request: ofMember },
  listMemberships: {
    rightful: 'member-reader',
    request: () => ({ marketCode, organisationId: ancenisId }),
  },
  getMembership: { rightful: 'member-reader', request: ofMember },
  listLedgerHeads: { rightful: 'coordinator', request: () => ({ marketCode }) },
  checkLedgers: { rightful: 'coordinator', request: () => ({ marketCode }) },
};

testRights(member, services, table);
