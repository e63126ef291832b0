import { create } from '@bufbuild/protobuf';
import {
  CancelSuccessionResponseSchema,
  GetSuccessionResponseSchema,
  ImportMovementsResponseSchema,
  ListSuccessionsResponseSchema,
  PlanSuccessionsResponseSchema,
  PreviewSuccessionResponseSchema,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';

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
  movedLines: [{ line: 3, beneficiary: '0440001M', itemCode: 'ELEVE', quantity: 100n }],
  status: 'CARRIED_OUT',
  decidedOn: '2023-01-01',
  moved: [{ itemCode: 'ELEVE', commitment: 100n, ordered: 105n }],
};
const decided = new RemoteProblem({
  code: 'SUCCESSION_DECIDED',
  kind: 'conflict',
  message: 'Cette succession n’est plus seulement prévue : elle ne peut être annulée.',
  details: { status: 'CARRIED_OUT' },
});

/** As trusting as they could be: they judge nobody. */
export const fakeSuccessions: Partial<ClientsOfVisitor['successions']> = {
  previewSuccession: async ({ plan }) =>
    create(
      PreviewSuccessionResponseSchema,
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
                commitmentMoved: 100n,
                orderedMoved: 105n,
                least: 100n,
                most: 112n,
                predecessor: { commitmentBefore: 412n, commitmentAfter: 312n, orderedBefore: 432n },
                successor: { commitmentAfter: 100n, orderedAfter: 105n },
                seatsMoving: 105n,
              },
            ],
            schools: ['0440001M'],
            createsMembership: true,
            seatsKnown: true,
          },
    ),
  planSuccessions: async ({ plans }) =>
    create(PlanSuccessionsResponseSchema, {
      successions: (plans ?? []).map(({ kind = '', effectiveOn = '', annexe2Lines }) => ({
        ...ofAncenis,
        kind,
        effectiveOn,
        status: 'PLANNED',
        moved: [],
        movedLines: (annexe2Lines ?? []).map((line) => ({ line })),
      })),
    }),
  cancelSuccession: async ({ successionId, reason }) => {
    if (successionId !== 'suc-planned') throw decided;
    return create(CancelSuccessionResponseSchema, {
      successions: [{ ...ofAncenis, successionId, status: 'CANCELLED', reason }],
    });
  },
  importMovements: async ({ content, dryRun, idempotencyKey }) => {
    const isFaulty = (content?.length ?? 0) < 5;
    const faults = isFaulty ? [{ line: 3, code: 'DATE_INVALID', message: 'Date inconnue.' }] : [];
    const successionId = `suc-${idempotencyKey}`;
    const isPlanned = !isFaulty && !dryRun;
    return create(ImportMovementsResponseSchema, {
      movements: 1,
      faults,
      successions: isPlanned ? [{ ...ofAncenis, successionId }] : [],
    });
  },
  listSuccessions: async ({ membershipId }) =>
    create(ListSuccessionsResponseSchema, {
      successions: ['', 'm-ancenis'].includes(membershipId ?? '') ? [ofAncenis] : [],
      page: { nextCursor: 'next' },
    }),
  getSuccession: async () => create(GetSuccessionResponseSchema, { succession: ofAncenis }),
};
