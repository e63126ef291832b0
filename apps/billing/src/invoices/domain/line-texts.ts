import { formatCount, formatUnitPrice } from '#libs/money';
import { frenchPeriod } from '#libs/time';
import type { BillingBasis, InvoiceLine } from './invoice-calculation.js';

/** What a line is called, on paper and in the XML. */
export function designationOf(line: Pick<InvoiceLine, 'kind' | 'label'>): string {
  switch (line.kind) {
    case 'ORDERED':
      return line.label;
    case 'METERED':
      return `${line.label} : comptes ouverts, mesurés`;
    case 'MINIMUM_COMPLEMENT':
      return `${line.label} : complément au minimum engagé (annexe 2)`;
    case 'DIFFERENCE':
      return `${line.label} : écart avec ce qui a été facturé`;
    default:
      return line.kind satisfies never;
  }
}

/** What the amount that is owed rests on, and what may have changed where it is another (BIL-1). */
export const restsOn = (basis: BillingBasis): string =>
  basis === 'METERED' ? 'les comptes mesurés et l’engagement' : 'les commandes et l’engagement';

/** How its quantity and price are meant, for whoever reads the XML alone: a quantity there is days of one account. */
export function explanationOf(line: InvoiceLine, basis: BillingBasis): string {
  if (line.kind === 'DIFFERENCE') {
    return `Écart entre le montant déjà facturé et le montant dû d’après ${restsOn(basis)} corrigés, ${frenchPeriod(line.period)}.`;
  }
  const days = `${line.days} ${line.days > 1 ? 'jours' : 'jour'}`;
  const counted =
    line.quantity === null
      ? `${formatCount(line.accountDays)} jours-comptes en ${days}`
      : `${formatCount(line.quantity)} comptes × ${days} = ${formatCount(line.accountDays)} jours-comptes`;
  return `${counted}, ${frenchPeriod(line.period)} ; prix du bordereau : ${formatUnitPrice(line.unitPrice)} par compte et par an (${line.daysInContractYear} jours).`;
}
