import type { LocalDate } from '#libs/time';
import type { DocumentReference, KeptDocument } from '#libs/trade';
import type { Share, SuccessionKind } from './succession.js';
import {
  AnnexeLinesMoved,
  AnnexeLinesUnknown,
  QuantityOutOfBounds,
  SuccessionInvalid,
} from './succession-problems.js';

/** A line of annex 2 as it moves. */
export type MovedLine = {
  readonly line: number;
  readonly beneficiary: string;
  readonly itemCode: string;
  readonly quantity: number;
};

export type SuccessionStatus = 'PROPOSED' | 'PLANNED' | 'CARRIED_OUT' | 'CANCELLED' | 'BLOCKED';

/** A succession as the coordinator planned it (ADH-5). */
export type Plan = {
  readonly successionId: string;
  readonly groupId: string;
  readonly marketCode: string;
  readonly kind: SuccessionKind;
  readonly effectiveOn: LocalDate;
  readonly predecessorMembershipId: string;
  readonly successorOrganisationId: string;
  /** The arrêté or délibération that decides it. */
  readonly document: KeptDocument;
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

/** What a person asks to pass of an item. */
export type WishedQuantity = { readonly itemCode: string; readonly quantity: number };

/** The terms of a plan, apart from who receives and what it rests on. */
export type TermsGiven = {
  readonly kind: SuccessionKind;
  readonly effectiveOn: LocalDate;
  readonly predecessorMembershipId: string;
  readonly annexe2Lines: readonly number[];
  readonly quantities: readonly WishedQuantity[];
  readonly schools: readonly string[];
};

/** Throws SuccessionInvalid where full and partial are mixed up. */
export function checkTerms({ kind, annexe2Lines, quantities, schools }: TermsGiven): void {
  if (kind === 'FULL' && annexe2Lines.length + quantities.length + schools.length > 0) {
    throw new SuccessionInvalid(
      'Une succession totale fait passer tout le membre : n’indiquez ni lignes, ni quantités, ni écoles.',
    );
  }
  if (kind === 'PARTIAL' && annexe2Lines.length === 0) {
    throw new SuccessionInvalid(
      'Une succession partielle nomme les lignes de l’annexe 2 qui passent : indiquez leurs numéros.',
    );
  }
}

/** The lines named. Throws AnnexeLinesUnknown or AnnexeLinesMoved, all of them at once. */
export function linesNamed(
  lines: readonly MovedLine[],
  taken: readonly number[],
  numbers: readonly number[],
): MovedLine[] {
  const unknown = numbers.filter((number) => !lines.some(({ line }) => line === number));
  if (unknown.length > 0) {
    throw new AnnexeLinesUnknown(
      `L’annexe 2 vérifiée de ce membre n’a pas de ligne ${unknown.slice(0, 20).join(', ')} : reprenez les numéros de sa transcription.`,
      { unknown },
    );
  }
  const moved = numbers.filter((number) => taken.includes(number));
  if (moved.length > 0) {
    throw new AnnexeLinesMoved(
      `Une autre succession fait déjà passer la ligne ${moved.slice(0, 20).join(', ')} : retirez-la, ou annulez l’autre.`,
      { moved },
    );
  }
  return lines.filter(({ line }) => numbers.includes(line));
}

/** A quantity that a person states lies within the bounds as they are; later it is brought within those of the day. */
export function checkWished(
  quantities: readonly WishedQuantity[],
  bounds: readonly { readonly itemCode: string; readonly least: number; readonly most: number }[],
): void {
  for (const { itemCode, quantity } of quantities) {
    const bound = bounds.find((candidate) => candidate.itemCode === itemCode);
    if (bound && bound.least <= quantity && quantity <= bound.most) continue;
    throw new QuantityOutOfBounds(
      bound
        ? `Il peut passer de ${bound.least} à ${bound.most} comptes de « ${itemCode} », l’engagement qui passe et la marge de l’ancien membre : ${quantity} n’est pas possible.`
        : `Aucune des lignes nommées n’engage « ${itemCode.slice(0, 40)} » : retirez cette quantité.`,
      {
        itemCode: itemCode.slice(0, 40),
        quantity,
        least: bound?.least ?? 0,
        most: bound?.most ?? 0,
      },
    );
  }
}
