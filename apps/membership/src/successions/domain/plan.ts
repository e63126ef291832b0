import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { Share, SuccessionKind } from './succession.js';

/** A line of annex 2 as it moves. */
export type MovedLine = {
  readonly line: number;
  readonly beneficiary: string;
  readonly itemCode: string;
  readonly quantity: number;
};

export type SuccessionStatus = 'PLANNED' | 'CARRIED_OUT' | 'CANCELLED' | 'BLOCKED';

/** A succession as the coordinator planned it (ADH-5). */
export type Plan = {
  readonly successionId: string;
  readonly groupId: string;
  readonly marketCode: string;
  readonly kind: SuccessionKind;
  readonly effectiveOn: LocalDate;
  readonly predecessorMembershipId: string;
  readonly successorOrganisationId: string;
  readonly document: DocumentReference;
  readonly movedLines: readonly MovedLine[];
  readonly shares: readonly Share[];
  /** PARTIAL: the schools that pass. */
  readonly schools: readonly string[];
  readonly plannedBy: string;
};

/** C of the lines, per item, with what is wished; an item of which nothing is committed does not move. */
export function sharesOf(
  lines: readonly MovedLine[],
  wishedOf: (itemCode: string) => number | undefined,
): Share[] {
  const commitment = new Map<string, number>();
  for (const { itemCode, quantity } of lines) {
    commitment.set(itemCode, (commitment.get(itemCode) ?? 0) + quantity);
  }
  return [...commitment]
    .filter(([, quantity]) => quantity > 0)
    .map(([itemCode, quantity]) => {
      const wished = wishedOf(itemCode);
      return { itemCode, commitment: quantity, ...(wished === undefined ? {} : { wished }) };
    });
}

/** Why a school outside the successor's territory stays financed (SCH-1): the coordinator's own decision. */
export function territoryReasonOf({ title, datedOn }: DocumentReference): string {
  return `Succession (ADH-5) : ${title}${datedOn === '' ? '' : ` du ${datedOn}`}`.slice(0, 500);
}
