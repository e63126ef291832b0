import { defineProblem } from '#libs/problems';
import { addDays, frenchDate, type LocalDate } from '#libs/time';
import { dayOf, type Market } from './market.js';

export class AmendmentNotAllowed extends defineProblem('AMENDMENT_NOT_ALLOWED', 'conflict') {}
export class AmendmentEmpty extends defineProblem('AMENDMENT_CHANGES_NOTHING', 'conflict') {}
export class AmendmentDatesInvalid extends defineProblem('AMENDMENT_DATES_INVALID', 'invalid') {}
export class AmendmentOutOfOrder extends defineProblem('AMENDMENT_OUT_OF_ORDER', 'conflict') {}
export class AmendmentNumberTaken extends defineProblem('AMENDMENT_NUMBER_TAKEN', 'conflict') {}
export class AmendmentTouchesInvoicedDays extends defineProblem(
  'AMENDMENT_TOUCHES_INVOICED_DAYS',
  'conflict',
) {}
export class AmendmentOutdated extends defineProblem('AMENDMENT_OUTDATED', 'conflict') {}
export class AmendmentTooLate extends defineProblem('AMENDMENT_TOO_LATE', 'conflict') {}
export class MaximumBelowOrdered extends defineProblem('MAXIMUM_BELOW_ORDERED', 'conflict') {}
export class MarketNotInForce extends defineProblem('MARKET_NOT_IN_FORCE', 'conflict') {}

/** A signed amendment to a market (MKT-6). The convention has no clause for it: the code de la commande publique does. */
export type Amendment = {
  /** As printed, for example « avenant n° 1 ». */
  readonly number: string;
  readonly signedOn: LocalDate;
  /** First day under the new terms. */
  readonly effectiveOn: LocalDate;
};

/**
 * What an amendment may change; all else stays as long as the market lives: its code, its items (annex 2 names
 * them), the floor scope, the basis, the rhythm and the numbers of invoices, the supplier's identity, the dates
 * that have been lived. Another rhythm would cut periods of which a part is invoiced. So no amount depends on what may
 * change, and an invoice made while an amendment is being recorded stays right.
 */
const changeable: readonly RegExp[] = [
  /^title$/,
  /^supplier\.(name|address|iban|legalMentions)$/,
  /^calendar\.(endsOn|durationMonths|contractYears)$/,
  /^items\.[A-Z0-9_]+\.(label|groupMaximum|memberMaximum)$/,
  /^decreaseNoticeDays$/,
  /^billing\.(contestDays|paymentTermDays)$/,
  /^accounts\./,
];

/**
 * Whether an amendment may stand. `invoicedUntil`: first day of the market that no invoice covers, if any.
 * `lastEffectiveOn`: that of the amendment recorded before. Throws what it refuses, with figures.
 */
export function judgeAmendment(
  amendment: Amendment,
  terms: {
    readonly before: Market;
    readonly after: Market;
    readonly changes: readonly MarketChange[];
  },
  at: {
    readonly today: LocalDate;
    readonly invoicedUntil: LocalDate | undefined;
    readonly lastEffectiveOn: LocalDate | undefined;
    /** Read where a maximum is added or lowered. */
    readonly ordered: readonly MostOrdered[];
  },
): void {
  const { before, after, changes } = terms;
  const { effectiveOn } = amendment;
  if (changes.length === 0) {
    throw new AmendmentEmpty('Cet avenant ne change rien aux termes du marché.');
  }
  judgeFields(before, after, changes);
  judgeDates(amendment, before, at.today);
  judgeMaxima(amendment, loweredMaxima(before, after), at);
  if (at.invoicedUntil !== undefined && effectiveOn < at.invoicedUntil) {
    throw new AmendmentTouchesInvoicedDays(
      `Des jours sont déjà facturés jusqu’au ${frenchDate(addDays(at.invoicedUntil, -1))} inclus : un avenant ne vaut que pour les jours suivants. Faites-le prendre effet au ${frenchDate(at.invoicedUntil)} ou plus tard.`,
      { invoicedUntil: at.invoicedUntil, effectiveOn },
    );
  }
  if (at.lastEffectiveOn !== undefined && effectiveOn < at.lastEffectiveOn) {
    throw new AmendmentOutOfOrder(
      `Un avenant enregistré avant celui-ci prend effet le ${frenchDate(at.lastEffectiveOn)} : celui-ci ne peut prendre effet plus tôt.`,
      { lastEffectiveOn: at.lastEffectiveOn },
    );
  }
  // Once it has ended its memberships have too: nothing is left to go on.
  const isOver = at.today >= before.calendar.endsOn || effectiveOn >= before.calendar.endsOn;
  if (prolongs(before, after) && isOver) {
    throw new AmendmentTooLate(
      `Un marché se prolonge avant sa fin : l’avenant est enregistré et prend effet avant le ${frenchDate(before.calendar.endsOn)}.`,
      { endsOn: before.calendar.endsOn },
    );
  }
}

/** Its memberships end later too: the durations are one (art. 8). */
export function prolongs(before: Market, after: Market): boolean {
  return after.calendar.endsOn > before.calendar.endsOn;
}

function judgeFields(before: Market, after: Market, changes: readonly MarketChange[]): void {
  const fixed = changes
    .map(({ path }) => path)
    .filter((path) => !changeable.some((pattern) => pattern.test(path)));
  const shortened = after.calendar.endsOn < before.calendar.endsOn ? ['calendar.endsOn'] : [];
  const refused = [...new Set([...fixed, ...shortened])];
  if (refused.length > 0) {
    throw new AmendmentNotAllowed(
      `Un avenant ne peut changer ${refused.join(', ')} : ces termes valent pour toute la durée du marché (la fin ne peut être avancée).`,
      { fields: refused },
    );
  }
}

/** The most of an item that the group, or one member, has ordered for any day of the market (ORD-6). */
export type MostOrdered = {
  readonly itemCode: string;
  readonly of: 'GROUP' | 'MEMBER';
  readonly quantity: number;
  readonly on: LocalDate;
};
type Maximum = Pick<MostOrdered, 'itemCode' | 'of'> & {
  readonly label: string;
  readonly maximum: number;
};

/** Those that bound more than before; 0 or none bounds nothing. */
export function loweredMaxima(before: Market, after: Market): Maximum[] {
  return after.items.flatMap(({ code: itemCode, label, groupMaximum, memberMaximum = 0 }) => {
    const old = before.items.find(({ code }) => code === itemCode);
    const isLower = (maximum: number, was = 0) => maximum > 0 && (was === 0 || maximum < was);
    return [
      ...(isLower(groupMaximum, old?.groupMaximum)
        ? [{ itemCode, label, of: 'GROUP' as const, maximum: groupMaximum }]
        : []),
      ...(isLower(memberMaximum, old?.memberMaximum)
        ? [{ itemCode, label, of: 'MEMBER' as const, maximum: memberMaximum }]
        : []),
    ];
  });
}

/**
 * A maximum holds on every day of the market (R2162-4), so none goes below what was ordered for a day, past or to
 * come. It bounds from its recording on: were it to wait for its day, orders signed meanwhile could pass it.
 */
function judgeMaxima(
  { effectiveOn }: Amendment,
  lowered: readonly Maximum[],
  { today, ordered }: { readonly today: LocalDate; readonly ordered: readonly MostOrdered[] },
): void {
  if (lowered.length === 0) return;
  if (effectiveOn > today) {
    throw new AmendmentDatesInvalid(
      `Un maximum ajouté ou abaissé borne les commandes dès son enregistrement : enregistrez cet avenant le ${frenchDate(effectiveOn)} ou plus tard, ou faites-le prendre effet aujourd’hui.`,
      { effectiveOn, today },
    );
  }
  const below = lowered.flatMap(({ itemCode, label, of, maximum }) => {
    const most = ordered.find((one) => one.itemCode === itemCode && one.of === of);
    return most && most.quantity > maximum ? [{ ...most, label, maximum }] : [];
  });
  if (below.length > 0) {
    const sentences = below.map(
      ({ label, of, quantity, on, maximum }) =>
        `${of === 'GROUP' ? 'Le groupement' : 'Un membre'} a commandé ${quantity} comptes (« ${label} ») pour le ${frenchDate(on)} : le maximum ne peut être de ${maximum}, prévoyez au moins ${quantity}.`,
    );
    throw new MaximumBelowOrdered(sentences.join(' '), { below });
  }
}

function judgeDates({ signedOn, effectiveOn }: Amendment, before: Market, today: LocalDate): void {
  if (signedOn > today) {
    throw new AmendmentDatesInvalid('Cet avenant n’est pas encore signé.', { signedOn, today });
  }
  const startsOn = dayOf(before.calendar.effectiveOn);
  if (effectiveOn < startsOn) {
    throw new AmendmentDatesInvalid(
      `Le marché n’est en vigueur que depuis le ${frenchDate(startsOn)} : l’avenant ne prend pas effet plus tôt.`,
      { effectiveOn, startsOn },
    );
  }
}

/** A field of a market that differs between two versions; values as JSON, empty where there is none. */
export type MarketChange = {
  readonly path: string;
  readonly before: string;
  readonly after: string;
};

/** All fields that differ, by path. Items and ways in are named by what identifies them, not by their place. */
export function changesBetween(before: object, after: object): MarketChange[] {
  const old = fieldsOf(before);
  const fresh = fieldsOf(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? '', after: fresh.get(path) ?? '' }))
    .filter((change) => change.before !== change.after)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function fieldsOf(value: unknown, path = ''): Map<string, string> {
  const named = namedEntries(value);
  if (!named) return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]]);
  const fields = named.flatMap(([name, entry]) => [
    ...fieldsOf(entry, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(fields);
}

/** Undefined: a value of its own (text, number, a list of days). */
function namedEntries(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    if (names.length === 0 || names.includes(undefined)) return undefined;
    return value.map((entry: unknown, index) => [names[index] ?? '', entry]);
  }
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}

function nameOf(entry: unknown): string | undefined {
  const { code, profile } = (typeof entry === 'object' ? entry : {}) as {
    code?: string;
    profile?: string;
  };
  return code ?? profile;
}
