import { isInfrastructureFault } from '#libs/persistence';
import { defineProblem, DomainError } from '#libs/problems';
import type { Refusal } from '../domain/refusal.js';

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

const shownMax = 5;

/** It would be refused where it is sent, so it gets no number: the draft is set aside, with why and what to do (BIL-6). */
export class EInvoiceRefused extends defineProblem('E_INVOICE_REFUSED', 'conflict') {
  constructor(refusals: readonly Refusal[]) {
    const shown = refusals.slice(0, shownMax);
    const more = refusals.length - shown.length;
    const reasons = shown.map(({ reason }) => reason).join(' ; ');
    const others =
      more === 0 ? '' : more === 1 ? ' ; et une autre raison' : ` ; et ${more} autres raisons`;
    super(`Cette facture serait refusée : ${reasons}${others}. ${toDo(refusals)}`, {
      rules: [...new Set(refusals.map(({ rule }) => rule))].slice(0, 20),
    });
  }
}

function toDo(refusals: readonly Refusal[]): string {
  const remedies = [...new Set(refusals.map(({ remedy }) => remedy))];
  const known = remedies.filter((remedy) => remedy !== '');
  const steps = remedies.includes('') ? [...known, 'signalez-le au support de niveau 3'] : known;
  return `À faire : ${steps.join(' ; ')}.`;
}
