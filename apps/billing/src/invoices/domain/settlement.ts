import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import { type FinalisedInvoice, type Invoice, isCredit, type Settlement } from './invoice.js';

export class DraftNotPayable extends defineProblem('DRAFT_NOT_PAYABLE', 'conflict') {
  constructor(invoiceId: string) {
    super('Seule une facture émise est payée ou rejetée : celle-ci n’a pas de numéro.', {
      invoiceId,
    });
  }
}

export class CreditNotPayable extends defineProblem('CREDIT_NOT_PAYABLE', 'conflict') {
  constructor(invoiceId: string) {
    super('Un avoir n’est ni payé ni rejeté : indiquez ce que devient la facture qu’il cite.', {
      invoiceId,
    });
  }
}

export class SettlementDateInvalid extends defineProblem('SETTLEMENT_DATE_INVALID', 'invalid') {
  constructor({ issuedOn }: FinalisedInvoice, today: LocalDate) {
    super(
      `Indiquez un jour entre l’émission (${frenchDate(issuedOn)}) et aujourd’hui (${frenchDate(today)}).`,
      { issuedOn, today },
    );
  }
}

export class SettlementReasonMissing extends defineProblem('SETTLEMENT_REASON_MISSING', 'invalid') {
  constructor() {
    super('Indiquez le motif du rejet, tel que le destinataire l’a donné.');
  }
}

export class SettlementUnchanged extends defineProblem('SETTLEMENT_UNCHANGED', 'conflict') {
  constructor({ settledOn }: Settlement) {
    super(`C’est déjà enregistré, à la date du ${frenchDate(settledOn)}.`, { settledOn });
  }
}

export class InvoiceAlreadyCorrected extends defineProblem(
  'INVOICE_ALREADY_CORRECTED',
  'conflict',
) {
  constructor({ number }: FinalisedInvoice) {
    super(
      `La facture ${number} est déjà corrigée d’après ce qui était enregistré : cela ne change plus.`,
      { number },
    );
  }
}

/**
 * What became of an issued invoice (BIL-8). Throws DraftNotPayable, CreditNotPayable, InvoiceAlreadyCorrected,
 * SettlementUnchanged, SettlementReasonMissing, SettlementDateInvalid.
 */
export function settle(
  invoice: Invoice,
  { state, settledOn, reason }: Settlement,
  { isCorrected, today }: { readonly isCorrected: boolean; readonly today: LocalDate },
): FinalisedInvoice {
  if (invoice.status !== 'FINALISED') throw new DraftNotPayable(invoice.id);
  if (isCredit(invoice.kind)) throw new CreditNotPayable(invoice.id);
  if (isCorrected) throw new InvoiceAlreadyCorrected(invoice);
  if (invoice.settlement?.state === state) throw new SettlementUnchanged(invoice.settlement);
  if (state === 'REJECTED' && reason.trim() === '') throw new SettlementReasonMissing();
  if (settledOn < invoice.issuedOn || settledOn > today)
    throw new SettlementDateInvalid(invoice, today);
  const said = { state, settledOn, reason: state === 'PAID' ? '' : reason.trim() };
  return { ...invoice, settlement: said };
}
