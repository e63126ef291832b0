import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';
import { BelowCommitment } from '#libs/trade';

export class OrderEmpty extends defineProblem('ORDER_EMPTY', 'invalid') {}
export class OrderTooLong extends defineProblem('ORDER_TOO_LONG', 'invalid') {}
export class DeltaZero extends defineProblem('DELTA_ZERO', 'invalid') {}
export class QuantityOutOfRange extends defineProblem('QUANTITY_OUT_OF_RANGE', 'invalid') {}
export class ItemUnknown extends defineProblem('ITEM_UNKNOWN', 'invalid') {}
export class IncreaseInThePast extends defineProblem('INCREASE_IN_THE_PAST', 'conflict') {}
export class DecreaseTooSoon extends defineProblem('DECREASE_TOO_SOON', 'conflict') {}
export class MembershipUnknown extends defineProblem('MEMBERSHIP_UNKNOWN', 'not-found') {}

/** An item of which fewer accounts would be ordered than annex 2 commits to. */
export type Shortfall = {
  readonly itemCode: string;
  readonly label: string;
  /** First day on which it would be so. */
  readonly firstDay: LocalDate;
  readonly wouldBe: number;
  readonly commitment: number;
  readonly shortfall: number;
};

/** The item code of a shortfall over all items together (floor scope TOTAL). */
export const allItems = '*';

/** ORD-2: art. 7.1 of the convention. One entry per item that fails, with its first day. */
export class OrderBelowCommitment extends BelowCommitment {
  constructor(readonly shortfalls: readonly Shortfall[]) {
    super(
      `${shortfalls.map(sentenceOf).join(' ')} La convention (art. 7.1) interdit de commander moins ` +
        'que le besoin exprimé à l’annexe 2 : réduisez la diminution ou compensez-la le même jour.',
      { shortfalls: shortfalls.map((shortfall) => ({ ...shortfall })) },
    );
  }
}

function sentenceOf({ label, firstDay, wouldBe, commitment, shortfall }: Shortfall): string {
  return (
    `Au ${frenchDate(firstDay)}, ${wouldBe} comptes seraient commandés (« ${label} ») pour un ` +
    `engagement de ${commitment} : il en manquerait ${shortfall}.`
  );
}
