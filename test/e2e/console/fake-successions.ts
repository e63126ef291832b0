import type { SuccessionService } from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

const marketCode = 'e-primo-2022';
/** Ancenis gives, in part, to an organisation that is no member of the tests. */
const ofAncenis = {
  successionId: 'suc-ancenis',
  groupId: 'g-1',
  marketCode,
  kind: 'PARTIAL',
  effectiveOn: '2023-01-01',
  predecessorMembershipId: 'm-ancenis',
  predecessorOrganisationId: 'org-200083228',
  predecessorName: 'm-ancenis',
  successorOrganisationId: 'org-200099489',
  successorName: 'Terval',
  document: { kind: 'DECISION', title: 'Arrêté', datedOn: '2022-11-15' },
  movedLines: [{ line: 3, beneficiary: '0440001M', itemCode: 'ELEVE', quantity: 100 }],
  status: 'CARRIED_OUT',
  decidedOn: '2023-01-01',
  moved: [{ itemCode: 'ELEVE', commitment: 100, ordered: 105 }],
};
const decided = new RemoteProblem({
  code: 'SUCCESSION_DECIDED',
  kind: 'conflict',
  message: 'Cette succession n’est plus seulement prévue : elle ne peut être annulée.',
  details: { status: 'CARRIED_OUT' },
});

/** As trusting as they could be: they judge nobody. */
export const fakeSuccessions: Answers<typeof SuccessionService> = {
  previewSuccession: ({ plan }) =>
    plan?.predecessorMembershipId === 'm-leaving'
      ? {
          refusalCode: 'PREDECESSOR_LEAVES',
          refusal: 'L’ancien membre quitte déjà le groupement.',
        }
      : {
          items: [
            {
              itemCode: 'ELEVE',
              label: 'Compte élève',
              commitmentMoved: 100,
              orderedMoved: 105,
              least: 100,
              most: 112,
              predecessor: { commitmentBefore: 412, commitmentAfter: 312, orderedBefore: 432 },
              successor: { commitmentAfter: 100, orderedAfter: 105 },
              seatsMoving: 105,
            },
          ],
          schools: ['0440001M'],
          createsMembership: true,
          seatsKnown: true,
        },
  planSuccessions: ({ plans }) => ({
    successions: (plans ?? []).map(({ kind, effectiveOn, annexe2Lines }) => ({
      ...ofAncenis,
      kind,
      effectiveOn,
      status: 'PROPOSED',
      proposalDigest: 'd'.repeat(64),
      isOwn: true,
      moved: [],
      movedLines: (annexe2Lines ?? []).map((line) => ({ line })),
    })),
  }),
  approveSuccession: ({ successionId, digest }) => {
    if (successionId !== 'suc-proposed') throw decided;
    return { successions: [{ ...ofAncenis, successionId, status: 'PLANNED', reason: digest }] };
  },
  cancelSuccession: ({ successionId, reason }) => {
    if (successionId !== 'suc-planned') throw decided;
    return {
      successions: [{ ...ofAncenis, successionId, status: 'CANCELLED', reason }],
    };
  },
  importMovements: ({ content, dryRun, idempotencyKey }) => {
    const isFaulty = (content?.length ?? 0) < 5;
    const faults = isFaulty ? [{ line: 3, code: 'DATE_INVALID', message: 'Date inconnue.' }] : [];
    const successionId = `suc-${idempotencyKey}`;
    const isPlanned = !isFaulty && !dryRun;
    return {
      movements: 1,
      faults,
      successions: isPlanned ? [{ ...ofAncenis, successionId }] : [],
    };
  },
  listSuccessions: () => ({ successions: [ofAncenis], nextCursor: 'next' }),
  listSuccessionsOfMember: ({ membershipId }) => ({
    successions: membershipId === 'm-ancenis' ? [ofAncenis] : [],
    nextCursor: 'next',
  }),
  getSuccession: () => ({ succession: ofAncenis }),
};
