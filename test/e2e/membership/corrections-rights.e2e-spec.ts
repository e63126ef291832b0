import { randomUUID } from 'node:crypto';
import { CorrectionService, MembershipService } from '#libs/contracts';
import {
  ancenisId,
  memberOf,
  reading,
  type RightsTable,
  singly,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { as, clientOf, ofMember } = member;

const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-07-20', delta: -5 }];
const services = [CorrectionService] as const;
const table: RightsTable<typeof services> = {
  recordCorrection: {
    rightful: 'coordinator',
    passed: 'DOCUMENT_UNKNOWN',
    request: () => ({
      idempotencyKey: randomUUID(),
      ...ofMember(),
      lines,
      reason: 'ENTRY_ERROR',
      documentId: 'none',
    }),
  },
  previewCorrection: {
    rightful: 'coordinator',
    request: () => ({ ...ofMember(), lines }),
  },
};

beforeAll(async () => {
  const player = await as('player', { markets: [] });
  await clientOf(MembershipService).startBusinessDay({ date: '2022-07-25' }, player);
}, 60_000);

testRights(member, services, table, {
  notFor: [
    {
      title: 'ORD-4: %s is refused to the member, its own orderer too',
      tokens: [memberOf(ancenisId)],
    },
    {
      title: 'ORD-4: %s is refused to all others who read every member',
      tokens: singly(reading('service').roles),
    },
  ],
});
