import { formatEuros, formatVatRate } from '#libs/money';
import { colours, type Writable } from '#libs/pdf';
import { frenchPeriod } from '#libs/time';
import { correctionMention, correctionReason } from '../domain/correction-mention.js';
import type { FinalisedInvoice, Invoice } from '../domain/invoice.js';
import { designationOf, restsOn } from '../domain/line-texts.js';
import { creditTerms, paymentMentions } from '../domain/payment-mentions.js';
import { vatExemptionOf } from '../domain/vat-territory.js';
import type { Wording } from './evidence-page.js';

/** Which invoice it corrects, and why (CGI art. 272, 289): the reader has both at hand. */
export function writeCorrection(sheet: Writable, { kind, corrects }: Invoice): void {
  if (corrects === undefined) return;
  sheet.heading('Correction');
  sheet.paragraph(correctionMention(kind, corrects), { bold: true });
  sheet.paragraph(correctionReason(corrects), {}, 8);
}

/** What was invoiced, what is owed, and their difference, as the explanation of each line says it. */
export function writeDifferences(sheet: Writable, invoice: Invoice, wording: Wording): void {
  const basis = wording === 'NOVEMBER_2026' ? 'ORDERED' : invoice.basis;
  sheet.table(
    [
      { title: 'Désignation', share: 0.41 },
      { title: 'Période', share: 0.33 },
      { title: 'TVA', share: 0.09, align: 'right' },
      { title: 'Montant HT', share: 0.17, align: 'right' },
    ],
    invoice.lines.map((line) => [
      { text: designationOf(line), note: line.explanation.sentences.slice(0, 2).join(' ') },
      frenchPeriod(line.period),
      formatVatRate(line.vatBasisPoints),
      formatEuros(line.netCents),
    ]),
  );
  sheet.paragraph(
    `Montant HT = différence entre ce qui est dû d’après ${restsOn(basis)} connus à présent et ce qui a été facturé, avoirs déduits ; la TVA est la différence des deux TVA.`,
    { size: 7.5, colour: colours.muted },
    8,
  );
}

/** Nothing is to be paid: the mentions stand as on any invoice, since a reader of the XML finds them there. */
export function writeCredit(sheet: Writable, invoice: FinalisedInvoice): void {
  sheet.heading('Imputation');
  sheet.paragraph(
    `Montant à votre crédit : ${formatEuros(invoice.totalCents)}. Référence à rappeler : ${invoice.number}.`,
    { bold: true },
  );
  const exempt = invoice.vatTotals.some(({ vatBasisPoints }) => vatBasisPoints === 0);
  const mentions = Object.values(paymentMentions);
  const exemption = `${vatExemptionOf(invoice.buyer.department)}.`;
  const parts = [...(exempt ? [exemption] : []), creditTerms, ...mentions];
  sheet.paragraph(parts.join(' '), { size: 7.5, colour: colours.muted });
}
