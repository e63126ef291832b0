import { vertou } from './adhesions.js';
import { document, key, of, ofMember, restingOn, step, type Step } from './step.js';

const uais = ['0440437L', '0441606G', '0440965K'];
const byVertou = {
  as: 'member-orderer',
  claims: { organisationId: `org-${vertou.siren}` },
  ...restingOn('decision'),
} as const;
const proposedToVertou = (proposal: string) => ({
  ...{ ...key(), membershipId: of('vertou'), transferId: of(proposal) },
});

export const schools: readonly Step[] = [
  document('decision', 'DECISION', ofMember('ancenis'), '2022-07-01'),
  ...uais.map((uai) =>
    step('financeSchool', () => ({
      ...{ ...key(), membershipId: of('ancenis'), uai, from: '2022-07-19', insee: '44003' },
    })),
  ),
  step(
    'endSchoolFinancing',
    () => ({
      ...{ ...key(), membershipId: of('ancenis'), uai: uais[2], endsOn: '2023-07-08' },
      ...{ reason: 'SCHOOL_CLOSED', documentId: of('decision') },
    }),
    restingOn('decision'),
  ),
  step(
    'transferSchools',
    () => ({
      ...key(),
      terms: {
        ...{ fromMembershipId: of('ancenis'), toMembershipId: of('vertou'), uais: [uais[0]] },
        ...{ effectiveOn: '2022-09-01', documentId: of('decision') },
        territoryException: 'Regroupement pédagogique intercommunal',
      },
    }),
    restingOn('decision'),
  ),
  step('acceptSchoolTransfer', () => proposedToVertou('proposal-1'), byVertou),
  step('declineSchoolTransfer', () => proposedToVertou('proposal-2'), byVertou),
  step('cancelSchoolTransfer', () => ({ ...key(), transferId: of('proposal-3') }), {
    ...restingOn('decision'),
  }),
];
