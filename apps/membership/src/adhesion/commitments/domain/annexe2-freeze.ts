import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';

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
