import { formatCount } from '#libs/money';
import { frenchDate, type LocalDate } from '#libs/time';

/** What does not hold in a ledger that was recomputed (ORD-2, ORD-6, ORD-7): a code and its figures. */
export type LedgerViolation =
  | {
      readonly code: 'CHAIN_BROKEN';
      readonly membershipId: string;
      readonly number: string;
      readonly position: number;
    }
  | { readonly code: 'HEAD_IS_NOT_LAST_ORDER'; readonly membershipId: string }
  | {
      readonly code: 'EVIDENCE_CHANGED';
      readonly membershipId: string;
      /** ANNEXE2, COMMITMENT (what a succession made the member of), or the id of a succession. */
      readonly evidence: string;
    }
  | {
      readonly code: 'NOT_AS_ANCHORED';
      /** French, as the check of anchors says it. */
      readonly found: string;
    }
  | {
      readonly code: 'COMMITMENT_DIFFERS';
      readonly membershipId: string;
      readonly itemCode: string;
      /** The first such day. */
      readonly day: LocalDate;
      readonly told: number;
      /** By the verified annex 2 and the successions carried out. */
      readonly grounded: number;
    }
  | {
      readonly code: 'RUNNING_STATE_DIFFERS';
      readonly membershipId: string;
      readonly itemCode: string;
      readonly day: LocalDate;
      /** The sum of the orders. */
      readonly ordered: number;
      readonly told: number;
    }
  | {
      readonly code: 'BELOW_COMMITMENT';
      readonly membershipId: string;
      /** Absent: the floor is on the total. */
      readonly itemCode?: string;
      readonly day: LocalDate;
      readonly ordered: number;
      readonly commitment: number;
    }
  | {
      readonly code: 'ABOVE_GROUP_MAXIMUM';
      readonly itemCode: string;
      readonly day: LocalDate;
      readonly ordered: number;
      readonly maximum: number;
    };

/** As the coordinator and an administrator read it. */
export function violationInFrench(violation: LedgerViolation): string {
  switch (violation.code) {
    case 'CHAIN_BROKEN':
      return (
        `Adhésion ${violation.membershipId} : la chaîne du registre est rompue au bon de commande ${violation.number} ` +
        `(rang ${violation.position}) : son contenu, son empreinte ou une pièce chaînée avant lui a changé.`
      );
    case 'HEAD_IS_NOT_LAST_ORDER':
      return `Adhésion ${violation.membershipId} : la tête du registre n’est pas son dernier bon de commande.`;
    case 'EVIDENCE_CHANGED':
      return `Adhésion ${violation.membershipId} : ${evidenceInFrench(violation.evidence)} n’est plus ce que le registre a chaîné.`;
    case 'NOT_AS_ANCHORED':
      return violation.found;
    case 'COMMITMENT_DIFFERS':
      return (
        `Adhésion ${violation.membershipId}, ${violation.itemCode} : au ${frenchDate(violation.day)}, l’engagement dit ` +
        `${accounts(violation.told)}, l’annexe 2 vérifiée et les successions ${formatCount(violation.grounded)}.`
      );
    case 'RUNNING_STATE_DIFFERS':
      return (
        `Adhésion ${violation.membershipId}, ${violation.itemCode} : au ${frenchDate(violation.day)}, l’état courant dit ` +
        `${accounts(violation.told)}, la somme des bons de commande ${formatCount(violation.ordered)}.`
      );
    case 'BELOW_COMMITMENT':
      return (
        `Adhésion ${violation.membershipId}, ${violation.itemCode ?? 'tous besoins confondus'} : au ` +
        `${frenchDate(violation.day)}, ${accounts(violation.ordered)} en commande pour un engagement de ` +
        `${formatCount(violation.commitment)} (convention, art. 7.1).`
      );
    case 'ABOVE_GROUP_MAXIMUM':
      return (
        `Groupement, ${violation.itemCode} : au ${frenchDate(violation.day)}, ${accounts(violation.ordered)} en commande, ` +
        `au-dessus du maximum du marché de ${formatCount(violation.maximum)} (code de la commande publique, R2162-4).`
      );
  }
}

function evidenceInFrench(evidence: string): string {
  if (evidence === 'ANNEXE2') return 'l’annexe 2 vérifiée';
  if (evidence === 'COMMITMENT') return 'l’engagement repris par succession';
  return `la succession ${evidence}`;
}

const accounts = (count: number) =>
  `${formatCount(count)} ${Math.abs(count) < 2 ? 'compte' : 'comptes'}`;
