import { defineProblem, requireVersion } from '#libs/problems';
import { type LocalDate, maxDate } from '#libs/time';
import type { OrderLine } from './order.js';

/** A bon de commande before its signature (ORD-1): it counts in no O. */
export type Draft = {
  readonly draftId: string;
  readonly membershipId: string;
  readonly lines: readonly OrderLine[];
  /** The member's own reference: a code, no free text. */
  readonly note: string;
  /** OVER_QUOTA: prepared by the system because people wait for a seat of that item (PRV-2). */
  readonly cause: 'MEMBER' | 'OVER_QUOTA';
  readonly itemCode: string | null;
  readonly preparedBy: string;
  readonly preparedOn: LocalDate;
  readonly changedBy: string;
  readonly version: number;
  readonly status: 'DRAFT' | 'SIGNED' | 'CANCELLED';
  /** The order it became. */
  readonly orderId: string | null;
};

/** A draft as it begins. `itemCode`: of the item for which people wait, where the system prepares it (PRV-2). */
export function newDraft(
  of: Pick<Draft, 'draftId' | 'membershipId' | 'lines' | 'note' | 'itemCode'>,
  preparedBy: string,
  preparedOn: LocalDate,
): Draft {
  const cause = of.itemCode === null ? 'MEMBER' : 'OVER_QUOTA';
  const prepared = { preparedBy, preparedOn, changedBy: preparedBy };
  return { ...of, cause, ...prepared, version: 1, status: 'DRAFT', orderId: null };
}

/** The hand that prepares drafts for those who wait. */
export const overQuotaHand = 'system:over-quota';

export class DraftStale extends defineProblem('DRAFT_STALE', 'stale') {}
export class DraftClosed extends defineProblem('DRAFT_CLOSED', 'conflict') {}
export class NoteInvalid extends defineProblem('NOTE_INVALID', 'invalid') {}

/** Throws DraftStale where somebody changed it since it was read, DraftClosed where nothing changes any more. */
export function checkChangeable(draft: Draft, expectedVersion: number): void {
  requireVersion(
    draft,
    expectedVersion,
    DraftStale,
    'Ce projet de commande a été modifié entre-temps : relisez-le avant de recommencer.',
  );
  if (draft.status !== 'DRAFT') {
    throw new DraftClosed(
      draft.status === 'SIGNED'
        ? 'Ce projet de commande est déjà signé : préparez-en un autre.'
        : 'Ce projet de commande est annulé : préparez-en un autre.',
      { status: draft.status },
    );
  }
}

/** Throws NoteInvalid: free text could carry a name. */
export function checkNote(note: string): void {
  if (/^([A-Z0-9][A-Z0-9._-]{0,39})?$/.test(note)) return;
  throw new NoteInvalid(
    'La référence est un code de 40 caractères au plus : majuscules, chiffres, point, tiret.',
  );
}

/** Whether the system may still adjust it: a draft that a person changed is left alone. */
export function isUntouched(draft: Draft): boolean {
  return draft.cause === 'OVER_QUOTA' && draft.changedBy === overQuotaHand;
}

/**
 * The lines as they would be signed today. Who waits needs a seat as soon as somebody signs, so what
 * the system prepared moves with the day; what a person wrote is signed as written, or refused (ORD-4).
 */
export function linesOn(draft: Draft, today: LocalDate): readonly OrderLine[] {
  if (draft.status !== 'DRAFT' || !isUntouched(draft)) return draft.lines;
  return draft.lines.map((line) => ({
    ...line,
    effectiveFrom: maxDate(line.effectiveFrom, today),
  }));
}

/** What becomes of the draft of an item when the number of missing seats is told. */
export type FollowUp = 'NOTHING' | 'PREPARE' | 'CHANGE' | 'CANCEL';

/**
 * Keeps one OVER_QUOTA draft as large as the seats that are missing (PRV-2). The figure that was told
 * before prepares nothing anew: a draft that the orderer cancelled comes back only with another figure.
 */
export function followUpOf(
  missing: { readonly before: number; readonly now: number },
  draft: Draft | undefined,
): FollowUp {
  if (draft === undefined) {
    return missing.now > 0 && missing.now !== missing.before ? 'PREPARE' : 'NOTHING';
  }
  if (!isUntouched(draft)) return 'NOTHING';
  if (missing.now === 0) return 'CANCEL';
  const asked = draft.lines.reduce((sum, { delta }) => sum + delta, 0);
  return asked === missing.now ? 'NOTHING' : 'CHANGE';
}
