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
export class AmendmentTooLate extends defineProblem('AMENDMENT_TOO_LATE', 'conflict') {}
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
  },
): void {
  const { before, after, changes } = terms;
  const { effectiveOn } = amendment;
  if (changes.length === 0) {
    throw new AmendmentEmpty('Cet avenant ne change rien aux termes du marché.');
  }
  judgeFields(before, after, changes);
  judgeDates(amendment, before, at.today);
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
  const lowered = after.items
    .filter((item) => {
      const old = before.items.find(({ code }) => code === item.code);
      return (
        isLower(item.groupMaximum, old?.groupMaximum) ||
        isLower(item.memberMaximum, old?.memberMaximum)
      );
    })
    .map(({ code }) => `items.${code}`);
  const shortened = after.calendar.endsOn < before.calendar.endsOn ? ['calendar.endsOn'] : [];
  const refused = [...new Set([...fixed, ...lowered, ...shortened])];
  if (refused.length > 0) {
    throw new AmendmentNotAllowed(
      `Un avenant ne peut changer ${refused.join(', ')} : ces termes valent pour toute la durée du marché (un maximum ne peut baisser, la fin ne peut être avancée).`,
      { fields: refused },
    );
  }
}

/** A maximum of 0 or none is no bound. Orders were signed under the old one. */
function isLower(after = 0, before = 0): boolean {
  return after !== 0 && (before === 0 || after < before);
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
