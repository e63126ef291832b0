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
        `(rang ${violation.position}), dont le contenu ou l’empreinte a changé.`
      );
    case 'HEAD_IS_NOT_LAST_ORDER':
      return `Adhésion ${violation.membershipId} : la tête du registre n’est pas son dernier bon de commande.`;
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

const accounts = (count: number) =>
  `${formatCount(count)} ${Math.abs(count) < 2 ? 'compte' : 'comptes'}`;
