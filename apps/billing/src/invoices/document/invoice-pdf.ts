import { formatIban, inGroups } from '#libs/identifiers';
import { formatCount, formatEuros, formatUnitPrice, formatVatRate } from '#libs/money';
import { addDays, frenchDate, frenchPeriod } from '#libs/time';
import { type ExplainedLine, type Invoice, isCredit, isDifference } from '../domain/invoice.js';
import { designationOf } from '../domain/line-texts.js';
import { paymentMentions, paymentTerms } from '../domain/payment-mentions.js';
import { vatExemptionOf } from '../domain/vat-territory.js';
import { writeCorrection, writeCredit, writeDifferences } from './correction-parts.js';
import { type Wording, writeEvidence } from './evidence-page.js';
import { attachmentsOf, facturX } from './factur-x.js';
import { type Cell, colours, contentWidth, page, Sheet, TextsOnly, type Writable } from '#libs/pdf';

/**
 * The invoice as a person reads it, in French, with the mentions that the law asks (CCP D2192-2,
 * CGI ann. II art. 242 nonies A) and the evidence a treasurer needs (BIL-6). Made from the stored
 * invoice alone: the same invoice gives the same bytes. A draft is headed as such (BIL-9).
 * `xml`: of an issued one, which makes it a Factur-X.
 */
export function invoicePdf(invoice: Invoice, xml?: Buffer): Promise<Buffer> {
  const date = invoice.status === 'FINALISED' ? invoice.issuedOn : invoice.draftedOn;
  const sheet = new Sheet({
    title: titleOf(invoice),
    author: invoice.seller.name,
    date: new Date(`${date}T12:00:00Z`),
  });
  write(sheet, invoice);
  if (xml !== undefined && invoice.status === 'FINALISED') {
    for (const file of attachmentsOf(invoice, xml)) sheet.attach(file);
    sheet.follow(facturX);
  }
  return sheet.finish(footerOf(invoice));
}

/** All that its pages say, by the data of the invoice alone: what the check of a stored paper is done against. */
export function textsOf(
  invoice: Invoice,
  wording?: Wording,
): TextsOnly & { readonly footer: string } {
  const texts = new TextsOnly();
  write(texts, invoice, wording);
  return Object.assign(texts, { footer: footerOf(invoice) });
}

function write(sheet: Writable, invoice: Invoice, wording: Wording = 'NOW'): void {
  writeHeader(sheet, invoice);
  writeParties(sheet, invoice);
  writeReferences(sheet, invoice);
  writeCorrection(sheet, invoice);
  writeLines(sheet, invoice, wording);
  writeTotals(sheet, invoice);
  writePayment(sheet, invoice);
  writeEvidence(sheet, invoice, wording);
}

const footerOf = (invoice: Invoice): string => `${titleOf(invoice)} · ${invoice.seller.name}`;

/** 'facture-EP22-2022-000001.pdf', 'avoir-EP22-2022-000002.pdf', 'projet-de-facture-2022-07-19.pdf'. */
export function fileNameOf(invoice: Invoice, ending: 'pdf' | 'xml'): string {
  const name =
    invoice.status === 'FINALISED'
      ? `${isCredit(invoice.kind) ? 'avoir' : 'facture'}-${invoice.number}`
      : `projet-de-facture-${invoice.period.start}`;
  return `${name}.${ending}`;
}

function titleOf(invoice: Invoice): string {
  if (invoice.status === 'WITHDRAWN') return 'Projet de facture retiré';
  if (invoice.status !== 'FINALISED') return 'Projet de facture';
  return `${isCredit(invoice.kind) ? 'Avoir' : 'Facture'} ${invoice.number}`;
}

function writeHeader(sheet: Writable, invoice: Invoice): void {
  const half = contentWidth / 2;
  const { seller } = invoice;
  const left = sheet.textAt(seller.name, page.margin, sheet.y, half - 12, { bold: true, size: 12 });
  const details = [
    seller.address,
    `SIRET ${inGroups(seller.siret)}`,
    seller.vatNumber === '' ? '' : `N° TVA intracommunautaire ${seller.vatNumber}`,
    seller.legalMentions,
  ];
  const small = sheet.textAt(lines(details), page.margin, sheet.y + left + 3, half - 12, {
    size: 8,
    colour: colours.muted,
  });
  const x = page.margin + half;
  const finalised = invoice.status === 'FINALISED';
  const title = finalised ? (isCredit(invoice.kind) ? 'AVOIR' : 'FACTURE') : 'PROJET DE FACTURE';
  const style = {
    bold: true,
    size: 20,
    colour: colours.accent,
    align: 'right',
    kind: 'H1',
  } as const;
  let right = sheet.textAt(title, x, sheet.y - 4, half, style);
  const facts = finalised
    ? [`N° ${invoice.number}`, `Date d’émission : ${frenchDate(invoice.issuedOn)}`]
    : ['État de service fait, sans numéro', `Établi le ${frenchDate(invoice.draftedOn)}`];
  for (const [index, fact] of facts.entries()) {
    const emphasis = { bold: index === 0, size: index === 0 ? 11 : 9, align: 'right' } as const;
    right += sheet.textAt(fact, x, sheet.y + right, half, emphasis) + 1;
  }
  sheet.y += Math.max(left + small, right) + 14;
}

function writeParties(sheet: Writable, invoice: Invoice): void {
  const { buyer } = invoice;
  const width = contentWidth / 2;
  const x = page.margin + width;
  const body = lines([
    buyer.address,
    buyer.siren === '' ? '' : `SIREN ${inGroups(buyer.siren)}`,
    buyer.recipientSiret === '' ? '' : `SIRET du destinataire ${inGroups(buyer.recipientSiret)}`,
  ]);
  const inner = width - 24;
  const nameHeight = sheet.heightOf(buyer.name, inner, { bold: true, size: 11 });
  const bodyHeight = sheet.heightOf(body, inner, { size: 9 });
  const height = nameHeight + bodyHeight + 34;
  sheet.frame(x, sheet.y, width, height);
  sheet.textAt(isCredit(invoice.kind) ? 'Crédité à' : 'Facturé à', x + 12, sheet.y + 9, inner, {
    size: 7.5,
    colour: colours.muted,
  });
  sheet.textAt(buyer.name, x + 12, sheet.y + 21, inner, { bold: true, size: 11 });
  sheet.textAt(body, x + 12, sheet.y + 23 + nameHeight, inner, { size: 9 });
  const facts: [string, string][] = [
    ['Période facturée', frenchPeriod(invoice.period)],
    ['Prestation', 'Services : accès à l’espace numérique de travail'],
    ['Facturation', 'À terme échu, adhérent par adhérent (convention, art. 7.1)'],
  ];
  let y = sheet.y + 4;
  for (const [label, value] of facts) {
    y += sheet.textAt(label, page.margin, y, width - 16, { size: 7.5, colour: colours.muted });
    y += sheet.textAt(value, page.margin, y, width - 16, { size: 9 }) + 5;
  }
  sheet.y = Math.max(sheet.y + height, y) + 12;
}

function writeReferences(sheet: Writable, { buyer, marketTitle }: Invoice): void {
  const known: [string, string][] = [
    ['Marché', marketTitle],
    ['N° de marché', buyer.marketNumber],
    ['Code service', buyer.serviceCode],
    ['N° d’engagement', buyer.purchaseOrderNumber],
  ];
  const shown = known.filter(([, value]) => value !== '');
  const width = contentWidth / shown.length;
  const height =
    14 +
    Math.max(
      ...shown.map(([, value]) => sheet.heightOf(value, width - 16, { bold: true, size: 8.5 })),
    );
  sheet.band(page.margin, sheet.y, contentWidth, height + 10);
  for (const [index, [label, value]] of shown.entries()) {
    const x = page.margin + index * width + 8;
    sheet.textAt(label, x, sheet.y + 6, width - 16, { size: 7.5, colour: colours.muted });
    sheet.textAt(value, x, sheet.y + 17, width - 16, { bold: true, size: 8.5 });
  }
  sheet.y += height + 22;
}

function writeLines(sheet: Writable, invoice: Invoice, wording: Wording): void {
  if (isDifference(invoice)) return writeDifferences(sheet, invoice, wording);
  sheet.table(
    [
      { title: 'Désignation', share: 0.29 },
      { title: 'Comptes', share: 0.095, align: 'right' },
      { title: 'Jours', share: 0.07, align: 'right' },
      { title: 'Jours-comptes', share: 0.11, align: 'right' },
      { title: 'Prix unitaire HT par an', share: 0.125, align: 'right' },
      { title: 'Jours de l’année', share: 0.085, align: 'right' },
      { title: 'TVA', share: 0.085, align: 'right' },
      { title: 'Montant HT', share: 0.14, align: 'right' },
    ],
    invoice.lines.map(lineCells),
  );
  sheet.paragraph(
    'Montant HT = jours-comptes × prix unitaire annuel du bordereau (BPU) ÷ jours de l’année du marché, arrondi au centime une seule fois par ligne.',
    { size: 7.5, colour: colours.muted },
    8,
  );
}

function lineCells(line: ExplainedLine): Cell[] {
  return [
    { text: designationOf(line), note: capitalised(frenchPeriod(line.period)) },
    line.quantity === null ? 'variable' : formatCount(line.quantity),
    String(line.days),
    formatCount(line.accountDays),
    formatUnitPrice(line.unitPrice),
    String(line.daysInContractYear),
    formatVatRate(line.vatBasisPoints),
    formatEuros(line.netCents),
  ];
}

function writeTotals(sheet: Writable, invoice: Invoice): void {
  sheet.ensureRoom(74 + invoice.vatTotals.length * 14);
  const width = 250;
  const x = page.margin + contentWidth - width;
  const rows: [string, string, boolean][] = [
    ['Total hors taxes', formatEuros(invoice.netCents), false],
    ...invoice.vatTotals.map((total): [string, string, boolean] => [
      `TVA ${formatVatRate(total.vatBasisPoints)} sur ${formatEuros(total.netCents)}`,
      formatEuros(total.vatCents),
      false,
    ]),
    ['Total toutes taxes comprises', formatEuros(invoice.totalCents), true],
  ];
  const placed = rows.map(([label, value, strong]) => {
    if (strong) {
      sheet.y += 4;
      sheet.band(x, sheet.y - 3, width, 21, colours.accent);
    }
    const colour = strong ? '#ffffff' : colours.ink;
    const style = { y: sheet.y, bold: strong, size: strong ? 10 : 9, colour };
    sheet.y += strong ? 26 : 15;
    return {
      name: { ...style, text: label, x: x + 8, width: 150 },
      value: { ...style, text: value, x: x + 150, width: width - 158, align: 'right' as const },
    };
  });
  sheet.namedValues(placed);
}

function writePayment(sheet: Writable, invoice: Invoice): void {
  const { seller } = invoice;
  if (invoice.status === 'DRAFT') {
    sheet.heading('Contestation');
    const last = addDays(invoice.contestableUntil, -1);
    sheet.paragraph(
      `Ce projet tient lieu d’état de service fait ; il n’est pas à payer. Dans votre espace, vous pouvez le contester jusqu’au ${frenchDate(last)} inclus, ou certifier le service fait : la facture est alors émise sans attendre. Sans réponse de votre part, elle est émise après cette date.`,
    );
    return;
  }
  if (invoice.status === 'WITHDRAWN') {
    sheet.heading('Retrait');
    sheet.paragraph(
      `Ce projet a été retiré le ${frenchDate(invoice.withdrawnOn)} et n’est pas à payer. Motif : ${invoice.withdrawalReason}`,
    );
    return;
  }
  if (isCredit(invoice.kind)) return writeCredit(sheet, invoice);
  sheet.heading('Règlement');
  const iban = seller.iban === '' ? '' : `Virement sur le compte IBAN ${formatIban(seller.iban)}. `;
  sheet.paragraph(
    `Net à payer : ${formatEuros(invoice.totalCents)}, au plus tard le ${frenchDate(invoice.dueOn)}. ${iban}Référence à rappeler : ${invoice.number}.`,
    { bold: true },
  );
  sheet.paragraph(
    [
      ...(invoice.vatTotals.some(({ vatBasisPoints }) => vatBasisPoints === 0)
        ? [`${vatExemptionOf(invoice.buyer.department)}.`]
        : []),
      paymentTerms(invoice.paymentTermDays),
      ...Object.values(paymentMentions),
    ].join(' '),
    { size: 7.5, colour: colours.muted },
  );
}

function lines(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
