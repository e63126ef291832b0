import { formatCount } from '#libs/money';
import { frenchDate, frenchPeriod, maxDate, type Period } from '#libs/time';
import {
  type ExplainedLine,
  type Invoice,
  isDifference,
  type SchoolCount,
} from '../domain/invoice.js';
import { designationOf } from '../domain/line-texts.js';
import type { OrderContribution, SignedShare } from '../domain/invoice-explanation.js';
import { colours, type Writable } from '#libs/pdf';

/**
 * Of issued papers, by the release that drew them: `NOVEMBER_2026` before December 2026; `WITH_POSITIONS` until
 * 3 December 2026, as today with the positions in the log up to which usage was counted.
 */
export type Wording = 'NOW' | 'WITH_POSITIONS' | 'NOVEMBER_2026';

/** What a treasurer matches the invoice with: pieces, orders, commitment, accounts by school (BIL-6, BIL-7). */
export function writeEvidence(sheet: Writable, invoice: Invoice, wording: Wording): void {
  sheet.breakPage();
  sheet.paragraph(
    'Justificatifs de la quantité facturée',
    { bold: true, size: 14, colour: colours.accent, kind: 'H2' },
    6,
  );
  sheet.paragraph(basisSentence(invoice), { size: 8.5 }, 4);
  // A difference has no pieces: its orders are those of what is owed now.
  if (!isDifference(invoice)) writePieces(sheet, invoice);
  writeOrders(sheet, invoice);
  writeCommitment(sheet, invoice, wording);
  writeSchools(sheet, invoice);
  writeVersions(sheet, invoice, wording);
}

function basisSentence({ basis, evidence }: Invoice): string {
  if (evidence.floorScope === 'TOTAL') {
    return basis === 'ORDERED'
      ? 'La quantité facturée chaque jour est la quantité commandée ; l’engagement de l’annexe 2 vaut pour l’ensemble des articles, et le total commandé l’atteint (convention, art. 7.1). La période est découpée à chaque changement de quantité, de prix ou de taux.'
      : 'Sont facturés les comptes ouverts à la fin de chaque jour et, jour par jour, ce qui manque à leur total pour atteindre l’engagement total de l’annexe 2, réparti selon les engagements par article (convention, art. 7.1).';
  }
  return basis === 'ORDERED'
    ? 'La quantité facturée chaque jour est la quantité commandée, et au moins l’engagement de l’annexe 2 (convention, art. 7.1). La période est découpée à chaque changement de quantité, de prix ou de taux.'
    : 'Sont facturés les comptes ouverts à la fin de chaque jour et, jour par jour, ce qui manque pour atteindre l’engagement de l’annexe 2 (convention, art. 7.1).';
}

function writePieces(sheet: Writable, { basis, lines }: Invoice): void {
  sheet.heading('Découpage de la période');
  if (basis === 'METERED') return writeMeteredPieces(sheet, lines);
  sheet.table(
    [
      { title: 'Ligne', share: 0.08 },
      { title: 'Article', share: 0.2 },
      { title: 'Période', share: 0.4 },
      { title: 'Engagement', share: 0.11, align: 'right' },
      { title: 'Commande', share: 0.1, align: 'right' },
      { title: 'Facturé', share: 0.11, align: 'right' },
    ],
    lines.map((line, index) => [
      String(index + 1),
      line.label,
      frenchPeriod(line.period),
      formatCount(line.commitment),
      formatCount(orderedOf(line)),
      line.quantity === null ? 'variable' : formatCount(line.quantity),
    ]),
  );
}

/** What is open varies from day to day: the days are added, and beside them stands what they fall short of. */
function writeMeteredPieces(sheet: Writable, lines: readonly ExplainedLine[]): void {
  sheet.table(
    [
      { title: 'Ligne', share: 0.07 },
      { title: 'Désignation', share: 0.34 },
      { title: 'Période', share: 0.31 },
      { title: 'Engagement par jour', share: 0.13, align: 'right' },
      { title: 'Jours-comptes facturés', share: 0.15, align: 'right' },
    ],
    lines.map((line, index) => [
      String(index + 1),
      designationOf(line),
      frenchPeriod(line.period),
      formatCount(line.commitment),
      formatCount(line.accountDays),
    ]),
  );
}

function writeOrders(sheet: Writable, invoice: Invoice): void {
  const orders = ordersOf(invoice);
  if (orders.length === 0) return;
  sheet.heading('Commandes prises en compte');
  sheet.table(
    [
      { title: 'Commande', share: 0.22 },
      { title: 'Article', share: 0.2 },
      { title: 'Signée le', share: 0.18 },
      { title: 'Effet au', share: 0.18 },
      { title: 'Variation', share: 0.1, align: 'right' },
      { title: 'En vigueur', share: 0.12, align: 'right' },
    ],
    orders.map(({ label, order }) => [
      order.number,
      label,
      frenchDate(order.signedOn),
      frenchDate(order.effectiveFrom),
      `${order.delta > 0 ? '+' : ''}${formatCount(order.delta)}`,
      formatCount(order.orderedAfter),
    ]),
  );
}

/** More of them are read in a table. */
const itemsInASentence = 3;

function writeCommitment(sheet: Writable, { lines }: Invoice, wording: Wording): void {
  const documents = new Set(lines.flatMap((line) => line.explanation.signed.map(documentSentence)));
  const engaged = wording !== 'NOVEMBER_2026' ? engagedOf(lines) : lastEngagedOf(lines);
  if (engaged.length === 0 && documents.size === 0) return;
  sheet.heading('Engagement (annexe 2)');
  if (engaged.length > itemsInASentence) {
    const columns = [
      { title: 'Article', share: 0.7 },
      { title: 'Comptes engagés', share: 0.3, align: 'right' as const },
    ];
    const rows = engaged.flatMap(({ label, parts }) =>
      parts.map(({ quantity, when }) => [when === '' ? label : `${label}, ${when}`, quantity]),
    );
    sheet.table(columns, rows);
  } else if (engaged.length > 0) {
    const told = engaged.map(({ label, parts }) => {
      const said = parts.map(({ quantity, when }) => `${quantity} comptes ${when}`.trim());
      return `${label} : ${said.join(', ')}`;
    });
    sheet.paragraph(`${told.join(' ; ')}.`);
  }
  for (const sentence of documents) {
    sheet.paragraph(sentence, { size: 7.5, colour: colours.muted });
  }
}

type Engaged = {
  readonly label: string;
  /** `when` is empty where C is one and the same on all days of the lines. */
  readonly parts: readonly { readonly quantity: string; readonly when: string }[];
};

/** C of each item, with its days where it moved. A difference has no days, and no C, of its own. */
function engagedOf(lines: readonly ExplainedLine[]): Engaged[] {
  const items = new Map<string, { label: string; steps: { c: number; days: Period }[] }>();
  for (const { kind, itemCode, label, commitment, period } of lines) {
    if (kind === 'DIFFERENCE') continue;
    const item = items.get(itemCode) ?? { label, steps: [] };
    items.set(itemCode, item);
    const last = item.steps.at(-1);
    if (last?.c !== commitment) item.steps.push({ c: commitment, days: period });
    else last.days = { start: last.days.start, end: maxDate(last.days.end, period.end) };
  }
  return [...items.values()].map(({ label, steps }) => ({
    label,
    parts: steps.map(({ c, days }) => ({
      quantity: formatCount(c),
      when: steps.length === 1 ? '' : frenchPeriod(days),
    })),
  }));
}

/** The last C that is met, under the label of its item; of a difference 0. */
const lastEngagedOf = (lines: readonly ExplainedLine[]): Engaged[] =>
  [...new Map(lines.map((line) => [line.label, line.commitment]))].map(([label, c]) => ({
    label,
    parts: [{ quantity: formatCount(c), when: '' }],
  }));

function documentSentence({ annexe2, signedBy }: SignedShare): string {
  const title = annexe2.title || 'Tableau d’engagement (annexe 2) signé';
  const by = signedBy === '' ? '' : `, signé par ${signedBy}`;
  const digest = annexe2.sha256 === '' ? '' : `, empreinte SHA-256 ${annexe2.sha256}`;
  return `Document : ${title}${by}${digest}.`;
}

function writeSchools(sheet: Writable, { evidence, period }: Invoice): void {
  sheet.heading('Comptes ouverts, par école');
  if (evidence.schools.length === 0) {
    sheet.paragraph(
      'Le décompte par école n’était pas arrêté à l’établissement de cette facture ; il reste consultable dans l’espace adhérent.',
    );
    return;
  }
  sheet.table(
    [
      { title: 'École (UAI)', share: 0.5 },
      { title: 'Jours-comptes de la période', share: 0.25, align: 'right' },
      { title: `Comptes ouverts en fin de période`, share: 0.25, align: 'right' },
    ],
    [...evidence.schools]
      .sort((a, b) => (a.uai < b.uai ? -1 : 1))
      .map((school) => [
        schoolText(school),
        formatCount(school.accountDays),
        formatCount(school.openAtEnd),
      ]),
  );
  sheet.paragraph(
    `Décompte ${frenchPeriod(period)}, sans donnée nominative. Un compte ouvert et fermé le même jour ne compte pas.`,
    { size: 7.5, colour: colours.muted },
  );
}

/** The number stays: two schools of a grouping may bear one name. */
const schoolText = ({ uai, name }: SchoolCount): string => (name ? `${name} (${uai})` : uai);

function writeVersions(
  sheet: Writable,
  { evidence, membershipId }: Invoice,
  wording: Wording,
): void {
  sheet.heading('Traçabilité');
  const cutOff =
    wording === 'NOW' || evidence.meteringCutOff === ''
      ? ''
      : ` Mesure arrêtée à : ${evidence.meteringCutOff}.`;
  const certificate =
    evidence.certificate === undefined
      ? ''
      : ` Certificat de mesure du ${frenchDate(evidence.certificate.certifiedOn)}, révision ${evidence.certificate.revision}, empreinte ${evidence.certificate.sha256}.`;
  const head = evidence.ledgerHead === '' ? 'vide' : evidence.ledgerHead;
  sheet.paragraph(
    `Adhésion ${membershipId}, version ${evidence.membershipVersion}. Registre des commandes : position ${evidence.ledgerPosition}, empreinte ${head}. Prix : version ${evidence.priceVersion}.${cutOff}${certificate}`,
    { size: 7.5, colour: colours.muted },
  );
}

function orderedOf(line: ExplainedLine): number {
  return line.explanation.orders.at(-1)?.orderedAfter ?? 0;
}

/** Each change once, though several pieces rest on it. */
function ordersOf({ lines }: Invoice): { label: string; order: OrderContribution }[] {
  const seen = new Map<string, { label: string; order: OrderContribution }>();
  for (const { label, explanation } of lines) {
    for (const order of explanation.orders) {
      seen.set(`${label} ${order.orderId} ${order.effectiveFrom} ${order.orderedAfter}`, {
        label,
        order,
      });
    }
  }
  return [...seen.values()];
}
