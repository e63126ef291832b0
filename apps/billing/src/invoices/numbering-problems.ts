import { isInfrastructureFault } from '#libs/persistence';
import { defineProblem, DomainError } from '#libs/problems';

/** Something that nobody foresaw: the log says what. */
export class NumberingFailed extends defineProblem('NUMBERING_FAILED', 'conflict') {
  constructor() {
    super(
      'Ce projet de facture n’a pas pu être numéroté pour une cause technique : signalez-le au support de niveau 3, puis relancez sa numérotation.',
    );
  }
}

export class NumberingNotFailed extends defineProblem('NUMBERING_NOT_FAILED', 'conflict') {
  constructor(invoiceId: string) {
    super(
      'La numérotation de ce projet de facture n’est pas en échec : il est numéroté de lui-même à la fin du délai de contestation.',
      { invoiceId },
    );
  }
}

/** What keeps any draft from its number, not one of them: no day yet, a database that went away. */
export function isNobodysFault(error: unknown): boolean {
  return error instanceof DomainError ? error.kind === 'unavailable' : isInfrastructureFault(error);
}

/** What is told of a draft that got no number. */
export function problemOf(error: unknown): DomainError {
  return error instanceof DomainError ? error : new NumberingFailed();
}
