import { formatCount } from '#libs/money';

/** What does not hold in a pool of seats that was recounted (PRV-2): a code and its figures. */
export type SeatViolation = { readonly membershipId: string; readonly itemCode: string } & (
  | {
      readonly code: 'SEATS_ABOVE_ORDER';
      readonly held: number;
      readonly ordered: number;
      readonly tolerated: number;
    }
  | {
      readonly code: 'TOLERANCE_ABOVE_MARKET';
      readonly tolerated: number;
      /** By the books. */
      readonly told: number;
    }
  | { readonly code: 'HELD_DIFFERS'; readonly held: number; readonly told: number }
  | { readonly code: 'ORDERED_DIFFERS'; readonly ordered: number; readonly told: number }
);

/** A pool by its books, and recounted on the same day from accounts, order lines and the market's tolerance. */
export type PoolRecounted = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly books: { readonly held: number; readonly ordered: number; readonly tolerated: number };
  readonly held: number;
  readonly ordered: number;
  readonly tolerated: number;
};

export function violationsOf(pool: PoolRecounted): SeatViolation[] {
  const { membershipId, itemCode, books, held, ordered, tolerated } = pool;
  const of = { membershipId, itemCode };
  const violations: SeatViolation[] = [];
  if (held > ordered + tolerated) {
    violations.push({ code: 'SEATS_ABOVE_ORDER', ...of, held, ordered, tolerated });
  }
  // Tolerating less than the market allows breaks no rule.
  if (books.tolerated > tolerated) {
    violations.push({ code: 'TOLERANCE_ABOVE_MARKET', ...of, tolerated, told: books.tolerated });
  }
  if (held !== books.held) violations.push({ code: 'HELD_DIFFERS', ...of, held, told: books.held });
  if (ordered !== books.ordered) {
    violations.push({ code: 'ORDERED_DIFFERS', ...of, ordered, told: books.ordered });
  }
  return violations;
}

/** As the coordinator, support level 3 and an administrator read it. */
export function violationInFrench(violation: SeatViolation): string {
  return `Adhésion ${violation.membershipId}, ${violation.itemCode} : ${fault(violation)}`;
}

function fault(violation: SeatViolation): string {
  switch (violation.code) {
    case 'SEATS_ABOVE_ORDER':
      return (
        `${counted(violation.held, 'place occupée', 'places occupées')} pour ` +
        `${counted(violation.ordered, 'compte commandé', 'comptes commandés')} et ` +
        `${counted(violation.tolerated, 'toléré', 'tolérés')}.`
      );
    case 'TOLERANCE_ABOVE_MARKET':
      return (
        `le service tolère ${counted(violation.told, 'place', 'places')} au-delà de la commande, ` +
        `le marché en permet ${formatCount(violation.tolerated)} ce jour.`
      );
    case 'HELD_DIFFERS':
      return (
        `l’état courant dit ${counted(violation.told, 'place occupée', 'places occupées')}, ` +
        `le décompte des comptes ${formatCount(violation.held)}.`
      );
    case 'ORDERED_DIFFERS':
      return (
        `l’état courant dit ${counted(violation.told, 'compte commandé', 'comptes commandés')}, ` +
        `la somme des bons de commande ${formatCount(violation.ordered)}.`
      );
  }
}

const counted = (count: number, one: string, many: string) =>
  `${formatCount(count)} ${count < 2 ? one : many}`;
