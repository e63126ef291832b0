import {
  type Cents,
  formatCount,
  formatEuros,
  formatUnitPrice,
  formatVatRate,
  plural,
} from '#libs/money';
import {
  type LocalDate,
  type Period,
  type QuantityChange,
  type Step,
  byDay,
  frenchDate,
  frenchPeriod,
  isLocalDate,
  quantityOn,
  splitAt,
} from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { BillingBasis, FloorScope, InvoiceLine } from './invoice-calculation.js';
import { restsOn } from './line-texts.js';

/** A line of an order as the ledger has it. */
export type LedgerOrder = QuantityChange & {
  readonly orderId: string;
  readonly number: string;
  readonly itemCode: string;
  readonly signedOn: LocalDate;
  readonly ledgerPosition: number;
};

export type OrderContribution = {
  readonly orderId: string;
  readonly number: string;
  readonly signedOn: LocalDate;
  readonly effectiveFrom: LocalDate;
  readonly delta: number;
  /** O once this change is in force. */
  readonly orderedAfter: number;
};

/** What an annex 2 commits to, item by item, from days on. */
export type SignedCommitment = {
  readonly annexe2: DocumentReference;
  /** Empty where it is the invoiced member. */
  readonly signedBy: string;
  readonly commitment: readonly (Step & { readonly itemCode: string })[];
};

/** An annex 2 that a line rests on. */
export type SignedShare = {
  readonly annexe2: DocumentReference;
  /** Empty where it is the invoiced member. */
  readonly signedBy: string;
  readonly quantity: number;
  /** The days of the line on which it commits to so many. */
  readonly period: Period;
};

/** BIL-7: line → days → quantity → orders and commitment → the documents of annex 2. */
export type LineExplanation = {
  readonly sentences: readonly string[];
  readonly commitment: number;
  readonly orders: readonly OrderContribution[];
  /** Together the commitment on each day of the line; empty where no annex 2 is known. */
  readonly signed: readonly SignedShare[];
};

/** Why this amount: the chain of a line, from its amount to the signed annex 2 (BIL-7). */
export function explainLine(
  line: InvoiceLine,
  ledger: readonly LedgerOrder[],
  signed: readonly SignedCommitment[],
  floorScope: FloorScope,
): LineExplanation {
  const orders = contributions(line, ledger);
  const shares = sharesOf(line, signed);
  return {
    sentences: [
      amountSentence(line),
      accountDaysSentence(line, floorScope),
      ...quantitySentences(line, orders, floorScope),
      commitmentSentence(line, shares),
    ],
    commitment: line.commitment,
    orders: line.kind === 'ORDERED' ? orders : [],
    signed: shares,
  };
}

/** Why a document of a difference has a line: what was invoiced, what is owed, and what that rests on now (BIL-8). */
export function explainDifference(
  line: InvoiceLine,
  { invoiced, owed }: { readonly invoiced: Cents; readonly owed: Cents },
  now: readonly LineExplanation[],
  basis: BillingBasis,
): LineExplanation {
  const last = now.at(-1);
  return {
    sentences: [
      `Facturé jusqu’ici (factures moins avoirs) : ${formatEuros(invoiced)} HT.`,
      `Dû d’après ${restsOn(basis)} connus à présent : ${formatEuros(owed)} HT.`,
      `Écart : ${formatEuros(line.netCents)} HT ; la TVA est l’écart des deux TVA.`,
      ...now.flatMap(({ sentences }) => sentences.slice(0, 1)).slice(0, explainedMax),
    ],
    commitment: last?.commitment ?? 0,
    orders: last?.orders ?? [],
    signed: last?.signed ?? [],
  };
}

/** With the three before them not more than ten. */
const explainedMax = 7;

/** A line is not cut where one annex 2 stands for what another did the day before (BIL-3: C is the same). */
function sharesOf(line: InvoiceLine, signed: readonly SignedCommitment[]): SignedShare[] {
  return signed.flatMap(({ annexe2, signedBy, commitment }) => {
    const steps = byDay(commitment.filter(({ itemCode }) => itemCode === line.itemCode));
    return splitAt(
      line.period,
      steps.map(({ from }) => from),
    )
      .map((period) => ({ annexe2, signedBy, quantity: quantityOn(steps, period.start), period }))
      .filter(({ quantity }) => quantity > 0);
  });
}

/** The changes in force on the line's days, in the order in which they took effect. */
function contributions(line: InvoiceLine, ledger: readonly LedgerOrder[]): OrderContribution[] {
  const inForce = ledger
    .filter((order) => order.itemCode === line.itemCode && order.effectiveFrom < line.period.end)
    .sort((a, b) =>
      a.effectiveFrom === b.effectiveFrom
        ? a.ledgerPosition - b.ledgerPosition
        : a.effectiveFrom < b.effectiveFrom
          ? -1
          : 1,
    );
  let ordered = 0;
  return inForce.map(({ orderId, number, signedOn, effectiveFrom, delta }) => {
    ordered += delta;
    return { orderId, number, signedOn, effectiveFrom, delta, orderedAfter: ordered };
  });
}

function amountSentence(line: InvoiceLine): string {
  return (
    `Montant hors taxes : ${formatCount(line.accountDays)} jours-comptes × ${formatUnitPrice(line.unitPrice)}` +
    ` par compte et par an ÷ ${line.daysInContractYear} jours de l’année du marché = ${formatEuros(line.netCents)}` +
    ` (arrondi une seule fois, TVA ${formatVatRate(line.vatBasisPoints)} en sus).`
  );
}

function accountDaysSentence(line: InvoiceLine, floorScope: FloorScope): string {
  const days = `${line.days} ${line.days > 1 ? 'jours' : 'jour'}, ${frenchPeriod(line.period)}`;
  const count = formatCount(line.accountDays);
  switch (line.kind) {
    case 'ORDERED':
      return `Jours-comptes : ${formatCount(line.quantity ?? 0)} comptes × ${days} = ${count}.`;
    case 'METERED':
      return `Jours-comptes : somme des comptes ouverts à la fin de chaque jour (${days}) = ${count}.`;
    case 'MINIMUM_COMPLEMENT':
      if (floorScope === 'TOTAL') {
        return `Jours-comptes : somme, jour par jour, de la part de cet article dans ce qui manque à l’ensemble des comptes ouverts pour atteindre l’engagement total, répartie selon les engagements par article (${days}) = ${count}.`;
      }
      return `Jours-comptes : somme, jour par jour, de ce qui manque aux comptes ouverts pour atteindre l’engagement (${days}) = ${count}.`;
    case 'DIFFERENCE':
      return `Écart constaté ${days}.`;
    default:
      return line.kind satisfies never;
  }
}

/** The newest of them; those before are one sentence, and stand in the list of orders. */
const changesMax = 5;

const changeSentence = (order: OrderContribution): string =>
  `Commande ${order.number} signée le ${frenchDate(order.signedOn)} : ${signed(order.delta)} à compter du ${frenchDate(order.effectiveFrom)}, soit ${formatCount(order.orderedAfter)} comptes commandés.`;

function earlierSentence(orders: readonly OrderContribution[]): string[] {
  const last = orders.at(-1);
  if (last === undefined) return [];
  const told = plural(orders.length, 'changement antérieur', 'changements antérieurs');
  return [
    `${told}, jusqu’au ${frenchDate(last.effectiveFrom)} : ${formatCount(last.orderedAfter)} comptes commandés.`,
  ];
}

function quantitySentences(
  line: InvoiceLine,
  orders: readonly OrderContribution[],
  floorScope: FloorScope,
): string[] {
  if (line.kind !== 'ORDERED') return [];
  const ordered = orders.at(-1)?.orderedAfter ?? 0;
  const shown = orders.slice(-changesMax);
  const before = orders.slice(0, orders.length - shown.length);
  const changes = [...earlierSentence(before), ...shown.map(changeSentence)];
  if (floorScope === 'TOTAL') {
    const billed = `Quantité facturée : ${formatCount(ordered)} comptes commandés ; l’engagement vaut pour l’ensemble des articles, et le total commandé l’atteint.`;
    return [billed, ...changes];
  }
  const billed =
    ordered >= line.commitment
      ? `Quantité facturée : ${formatCount(ordered)} comptes commandés, au moins égale à l’engagement de ${formatCount(line.commitment)}.`
      : `Quantité facturée : l’engagement de ${formatCount(line.commitment)} comptes, la commande (${formatCount(ordered)}) étant inférieure.`;
  return [billed, ...changes];
}

/** In a sentence; all of them are listed beside it. */
const sharesMax = 8;

function commitmentSentence(line: InvoiceLine, shares: readonly SignedShare[]): string {
  const engaged = `Engagement : ${formatCount(line.commitment)} comptes (convention, art. 7.1`;
  if (shares.length === 0) return `${engaged}).`;
  const named = shares
    .slice(0, sharesMax)
    .map((share) => namedShare(line, share, shares.length > 1));
  const more = shares.length - named.length;
  const others = more === 0 ? '' : ` ; et ${plural(more, 'autre part', 'autres parts')}`;
  return shares.length === 1
    ? `${engaged} ; ${named[0]}).`
    : `${engaged}), repris de ${shares.length} engagements signés : ${named.join(' ; ')}${others}.`;
}

/** The document, and where it is one of several how much of the commitment it is and when. */
function namedShare(
  line: InvoiceLine,
  { annexe2, signedBy, quantity, period }: SignedShare,
  isOneOfSeveral: boolean,
): string {
  const dated = isLocalDate(annexe2.datedOn) ? ` du ${frenchDate(annexe2.datedOn)}` : '';
  const by = signedBy === '' ? '' : `, signée par ${signedBy}`;
  const document = `${annexe2.title || 'annexe 2'}${dated}${by}`;
  if (!isOneOfSeveral) return document;
  const isWhole = period.start === line.period.start && period.end === line.period.end;
  const when = isWhole ? '' : ` ${frenchPeriod(period)}`;
  return `${formatCount(quantity)}${when} (${document})`;
}

function signed(delta: number): string {
  return delta > 0 ? `+${formatCount(delta)}` : `−${formatCount(-delta)}`;
}
