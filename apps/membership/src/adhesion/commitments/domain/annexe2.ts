import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import type { DocumentReference, LineFault } from '#libs/trade';

/** A line of annex 2 (COM-1): who benefits, what is needed, how many. */
export type Annexe2Line = {
  /** Line number in the file, from 1. */
  readonly line: number;
  /** UAI of a school, or an identifier of ours for another beneficiary. */
  readonly beneficiary: string;
  readonly itemCode: string;
  readonly quantity: number;
};

/** A cell as the file gives it; `unusable` says why its text is no value: DATE, MERGED, ERROR… */
export type Annexe2Cell = string | number | { readonly unusable: string; readonly text: string };
export type Annexe2Row = {
  readonly line: number;
  readonly cells: readonly Annexe2Cell[];
  readonly hidden?: true;
};
export type Annexe2Item = { readonly code: string; readonly label: string };

export type Annexe2Reading = {
  readonly lines: readonly Annexe2Line[];
  /** All of them at once, up to `faultsMax`; empty where the file can be taken. */
  readonly faults: readonly LineFault[];
};

/** C per item: the sum of its lines, 0 where an item has none (COM-1). */
export function commitmentOf(
  lines: readonly Annexe2Line[],
  items: readonly Annexe2Item[],
): { itemCode: string; quantity: number }[] {
  return items.map(({ code }) => ({
    itemCode: code,
    quantity: lines
      .filter(({ itemCode }) => itemCode === code)
      .reduce((sum, { quantity }) => sum + quantity, 0),
  }));
}

export class Annexe2Frozen extends defineProblem('ANNEXE2_FROZEN', 'conflict') {}

/** What decides whether a transcription may still come in, or be verified. */
export type Annexe2Situation = {
  readonly status: string;
  readonly today: LocalDate;
  /** Last day on which an adhesion may be sent, inclusive. */
  readonly adhesionDeadline: LocalDate;
  readonly datedOn: LocalDate;
  readonly hasVerified: boolean;
  /** Whether the member itself sends it; else the group's side types or verifies a letter. */
  readonly byMember?: boolean;
};

/**
 * COM-3: replaced until the deadline, then frozen. The transcription of a letter sent in time may be
 * typed after the deadline by the group's side, and typed again until somebody else has verified it:
 * what is frozen is the signed document. The member itself sends its table until the deadline. Once the membership is active C is part of its contract, whatever was typed
 * before. Throws Annexe2Frozen.
 */
export function checkNotFrozen(situation: Annexe2Situation): void {
  const { status, today, adhesionDeadline, datedOn, hasVerified, byMember = false } = situation;
  if (status !== 'APPLIED' && status !== 'ACCEPTED') {
    throw frozen('L’adhésion n’est plus en cours d’instruction', adhesionDeadline);
  }
  if (datedOn > adhesionDeadline) {
    throw frozen(`Cette annexe 2 est datée du ${frenchDate(datedOn)}`, adhesionDeadline);
  }
  if (today > adhesionDeadline && byMember) {
    throw frozen('Le délai pour envoyer une annexe 2 est passé', adhesionDeadline);
  }
  if (today > adhesionDeadline && hasVerified) {
    throw frozen('Une annexe 2 vérifiée existe déjà', adhesionDeadline);
  }
}

function frozen(reason: string, adhesionDeadline: LocalDate): Annexe2Frozen {
  return new Annexe2Frozen(
    `${reason} : depuis la date limite du ${frenchDate(adhesionDeadline)}, l’annexe 2 ne change plus (convention, art. 2 et 7.1).`,
    { adhesionDeadline },
  );
}

/** A verified annex 2 as events and answers name it. */
export const annexe2Reference = <Digests extends Pick<DocumentReference, 'sha256' | 'datedOn'>>(
  digests: Digests,
) => ({ kind: 'ANNEXE2', title: 'Annexe 2, tableau d’engagement', ...digests });
