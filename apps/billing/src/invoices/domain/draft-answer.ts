import { defineProblem } from '#libs/problems';
import { addDays, frenchDate, type LocalDate } from '#libs/time';
import { type DraftAnswer, type DraftInvoice, type Invoice, requireDraft } from './invoice.js';

export class DraftAlreadyAccepted extends defineProblem('DRAFT_ALREADY_ACCEPTED', 'conflict') {
  constructor({ id, answeredOn }: { id: string; answeredOn: LocalDate }) {
    super(
      `Le service fait de ce projet de facture est certifié depuis le ${frenchDate(answeredOn)} : la facture est émise sans attendre. Une erreur se corrige ensuite par un avoir.`,
      { invoiceId: id, answeredOn },
    );
  }
}

export class DraftAlreadyContested extends defineProblem('DRAFT_ALREADY_CONTESTED', 'conflict') {
  constructor({ id, answeredOn }: { id: string; answeredOn: LocalDate }) {
    super(
      `Ce projet de facture est contesté depuis le ${frenchDate(answeredOn)} : le titulaire le maintient, ou le retire.`,
      { invoiceId: id, answeredOn },
    );
  }
}

export class ContestAnswered extends defineProblem('CONTEST_ANSWERED', 'conflict') {
  constructor({ id, answeredOn }: { id: string; answeredOn: LocalDate }) {
    super(
      `Le titulaire a maintenu ce projet le ${frenchDate(answeredOn)}, et un projet se conteste une fois : si le désaccord demeure, la facture peut être rejetée ; parlez-en à la coordination.`,
      { invoiceId: id, answeredOn },
    );
  }
}

export class ContestTooLate extends defineProblem('CONTEST_TOO_LATE', 'conflict') {
  constructor({ id, contestableUntil }: DraftInvoice) {
    super(
      `Ce projet de facture se contestait jusqu’au ${frenchDate(addDays(contestableUntil, -1))} inclus : si le désaccord demeure, la facture peut être rejetée ; parlez-en à la coordination.`,
      { invoiceId: id, contestableUntil },
    );
  }
}

export class DraftNotContested extends defineProblem('DRAFT_NOT_CONTESTED', 'conflict') {
  constructor(invoiceId: string) {
    super('Ce projet de facture n’est pas contesté : il n’y a rien à maintenir.', { invoiceId });
  }
}

/** Service fait: it may then be numbered without waiting. Throws InvoiceAlreadyFinalised, DraftWithdrawn, DraftAlreadyAccepted. */
export function accept(invoice: Invoice, today: LocalDate): DraftAnswer {
  const { id, answers } = requireDraft(invoice);
  const last = answers.at(-1);
  if (last?.answer === 'ACCEPTED') throw new DraftAlreadyAccepted({ id, ...last });
  return { answer: 'ACCEPTED', answeredOn: today, reason: '' };
}

/**
 * No number before the supplier has answered. Throws InvoiceAlreadyFinalised, DraftWithdrawn, DraftAlreadyAccepted,
 * DraftAlreadyContested, ContestAnswered, ContestTooLate.
 */
export function contest(
  invoice: Invoice,
  { reason, paper }: Pick<DraftAnswer, 'reason' | 'paper'>,
  today: LocalDate,
): DraftAnswer {
  const draft = requireDraft(invoice);
  const last = draft.answers.at(-1);
  if (last?.answer === 'ACCEPTED') throw new DraftAlreadyAccepted({ id: draft.id, ...last });
  if (last?.answer === 'CONTESTED') throw new DraftAlreadyContested({ id: draft.id, ...last });
  if (last?.answer === 'MAINTAINED') throw new ContestAnswered({ id: draft.id, ...last });
  if (today >= draft.contestableUntil) throw new ContestTooLate(draft);
  return { answer: 'CONTESTED', answeredOn: today, reason, ...(paper ? { paper } : {}) };
}

/** It is then numbered on its day, or at once where that is past. Throws InvoiceAlreadyFinalised, DraftWithdrawn, DraftNotContested. */
export function maintain(invoice: Invoice, reason: string, today: LocalDate): DraftAnswer {
  const { id, answers } = requireDraft(invoice);
  if (answers.at(-1)?.answer !== 'CONTESTED') throw new DraftNotContested(id);
  return { answer: 'MAINTAINED', answeredOn: today, reason };
}
