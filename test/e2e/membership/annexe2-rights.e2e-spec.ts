import { Annexe2Service } from '#libs/contracts';
import {
  ancenisId,
  anotherMember,
  memberRoles,
  type RightsTable,
  singly,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { ofMember } = member;

const services = [Annexe2Service] as const;
const table: RightsTable<typeof services> = {
  getAnnexe2: { rightful: [...memberRoles, 'coordinator'], request: ofMember },
};

testRights(member, services, table, {
  notFor: [
    {
      title: 'SUP-3: %s does not tell another member that there is one',
      tokens: singly(memberRoles, { organisationId: anotherMember().organisationId }),
      code: 'NOT_FOUND',
    },
    {
      title: 'SUP-1: %s does not tell another market that there is one',
      tokens: [
        ...singly(memberRoles, { organisationId: ancenisId, markets: ['autre'] }),
        ...singly(['coordinator'], { markets: ['autre'] }),
      ],
      code: 'NOT_FOUND',
    },
    {
      title: 'SUP-3: %s is refused to supplier, support and data-protection officer',
      tokens: singly(['supplier', 'support-1', 'support-3', 'dpo']),
      code: 'NOT_ALLOWED',
    },
  ],
});
