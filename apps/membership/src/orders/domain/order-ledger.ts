import {
  addDays,
  differenceOf,
  frenchDate,
  type LocalDate,
  minDate,
  quantityOn,
  smallestIn,
  type Step,
  sumOf,
  type Timeline,
  withChanges,
} from '#libs/time';
import { MembershipEnded, MembershipNotActive, OutsideMembership } from '#libs/trade';
import type { OrderKind, OrderLine } from './order.js';
import {
  allItems,
  OrderBelowCommitment,
  DecreaseTooSoon,
  DeltaZero,
  IncreaseInThePast,
  ItemUnknown,
  OrderEmpty,
  OrderTooLong,
  QuantityOutOfRange,
  type Shortfall,
} from './order-problems.js';

/** No delta, and no quantity in force, goes beyond it (PostgreSQL's and most systems' integer). */
export const quantityMax = 2_147_483_647;
export const linesMax = 50;

/** What is committed and ordered of one item. */
export type LedgerItem = {
  readonly itemCode: string;
  /** As people know it. */
  readonly label: string;
  /** C(d): as annex 2 says from the first day on (COM-1); only a succession moves it (ADH-5). */
  readonly commitment: Timeline;
  /** O(d); may begin at the step in force on the earliest day of the decision. */
  readonly timeline: Timeline;
  /** How much may be ordered on any day, by the group and by the member alone (ORD-6); absent or 0: no maximum. */
  readonly groupMaximum?: number;
  readonly memberMaximum?: number;
  /** At least so much may still be added for the group; absent or null where it has no maximum. */
  readonly groupCredit?: number | null;
};

/** All that a decision about orders depends on. */
export type Ledger = {
  readonly status: 'APPLIED' | 'ACCEPTED' | 'REFUSED' | 'ACTIVE' | 'ENDED';
  /** First day in force and first day out of it; absent before activation. */
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  readonly floorScope: 'ITEM' | 'TOTAL';
  readonly decreaseNoticeDays: number;
  readonly items: readonly LedgerItem[];
};

/**
 * Judges an order as a whole: all lines or none. Gives the items as they are once it counts; throws
 * the first reason of form, of dates (ORD-4, ORD-5), or OrderBelowCommitment with every item that fails (ORD-2).
 */
export function judge(
  ledger: Ledger,
  kind: OrderKind,
  lines: readonly OrderLine[],
  today: LocalDate,
): readonly LedgerItem[] {
  const { startsOn, endsOn } = inForce(ledger, kind);
  checkForm(ledger, lines);
  for (const line of lines) checkDates(line, kind, startsOn, endsOn, today, ledger);
  const after = ledger.items.map((item) => ({
    ...item,
    timeline: withChanges(
      item.timeline,
      lines.filter(({ itemCode }) => itemCode === item.itemCode),
    ),
  }));
  checkBounds(after);
  const earliest = lines.map((line) => line.effectiveFrom).reduce((a, b) => minDate(a, b));
  const shortfalls = shortfallsOf({ ...ledger, items: after }, earliest, endsOn);
  if (shortfalls.length > 0) throw new OrderBelowCommitment(shortfalls);
  return after;
}

/** Items that fail the floor on a day of `[since, until)`, each with its first such day (ORD-2). */
export function shortfallsOf(
  { items, floorScope }: Pick<Ledger, 'items' | 'floorScope'>,
  since: LocalDate,
  until: LocalDate,
): Shortfall[] {
  // Under TOTAL an item alone is bound only by never being negative.
  const floors = items.map(({ itemCode, label, commitment, timeline }) => ({
    itemCode,
    label,
    timeline,
    commitment: floorScope === 'ITEM' ? commitment : [],
  }));
  if (floorScope === 'TOTAL') {
    floors.push({
      itemCode: allItems,
      label: 'tous besoins confondus',
      timeline: sumOf(items.map(({ timeline }) => timeline)),
      commitment: sumOf(items.map(({ commitment }) => commitment)),
    });
  }
  return floors.flatMap(({ itemCode, label, timeline, commitment }) => {
    const margin = differenceOf(timeline, commitment);
    const days = [since, ...margin.map(({ from }) => from)];
    const firstDay = days.find((day) => since <= day && day < until && quantityOn(margin, day) < 0);
    if (firstDay === undefined) return [];
    const wouldBe = quantityOn(timeline, firstDay);
    const committed = quantityOn(commitment, firstDay);
    const shortfall = committed - wouldBe;
    return [{ itemCode, label, firstDay, wouldBe, commitment: committed, shortfall }];
  });
}

/** How many accounts of an item could go on every day from `since` on without breaking the floor. */
export function smallestMarginOf(
  ledger: Pick<Ledger, 'items' | 'floorScope'>,
  itemCode: string,
  since: LocalDate,
  until: LocalDate,
): number {
  const item = ledger.items.find((candidate) => candidate.itemCode === itemCode);
  if (item === undefined || since >= until) return 0;
  if (ledger.floorScope === 'ITEM') {
    return smallestIn(differenceOf(item.timeline, item.commitment), since, until).quantity;
  }
  const own = smallestIn(item.timeline, since, until).quantity;
  const total = sumOf(ledger.items.map(({ timeline }) => timeline));
  const committed = sumOf(ledger.items.map(({ commitment }) => commitment));
  return Math.min(own, smallestIn(differenceOf(total, committed), since, until).quantity);
}

/**
 * O(d) − C(d) as steps: one where the margin changes, from the first day on which either is known
 * (ORD-2). What a reader takes from it: how far below today's order there is still room, and until when.
 */
export function marginSteps(
  ordered: readonly Step<string>[],
  committed: readonly Step<string>[],
): Step<string>[] {
  return differenceOf(ordered, committed).filter(
    ({ quantity }, at, all) => at === 0 || quantity !== all[at - 1]?.quantity,
  );
}

/** What a draft must keep already: a membership in force, lines well formed. Dates and floor are judged when it is signed. */
export function checkPreparable(ledger: Ledger, lines: readonly OrderLine[]): void {
  inForce(ledger, 'ORDINARY');
  checkForm(ledger, lines);
}

function inForce(ledger: Ledger, kind: OrderKind): { startsOn: LocalDate; endsOn: LocalDate } {
  const { status, startsOn, endsOn } = ledger;
  if (status === 'ENDED' && kind !== 'CORRECTION' && kind !== 'SUCCESSION') {
    throw new MembershipEnded(
      'L’adhésion a pris fin : seule une correction du coordonnateur est encore possible.',
      { endsOn: endsOn ?? '' },
    );
  }
  if ((status !== 'ACTIVE' && status !== 'ENDED') || !startsOn || !endsOn) {
    throw new MembershipNotActive(
      'L’adhésion n’est pas en vigueur : attendez que le coordonnateur l’ait activée pour commander.',
      { status },
    );
  }
  return { startsOn, endsOn };
}

function checkForm(ledger: Ledger, lines: readonly OrderLine[]): void {
  if (lines.length === 0) throw new OrderEmpty('Indiquez au moins une ligne de commande.');
  if (lines.length > linesMax) {
    throw new OrderTooLong(
      `Un bon de commande compte au plus ${linesMax} lignes : répartissez-les.`,
      {
        lines: lines.length,
      },
    );
  }
  for (const { itemCode, delta } of lines) {
    if (!ledger.items.some((item) => item.itemCode === itemCode)) {
      throw new ItemUnknown(`« ${itemCode.slice(0, 40)} » n’est pas un besoin de ce marché.`, {
        itemCode: itemCode.slice(0, 40),
      });
    }
    if (delta === 0) {
      throw new DeltaZero(
        'Une ligne qui ne change rien est inutile : indiquez une quantité non nulle.',
      );
    }
    if (!Number.isInteger(delta) || Math.abs(delta) > quantityMax) throw outOfRange(itemCode);
  }
}

function checkDates(
  { itemCode, effectiveFrom, delta }: OrderLine,
  kind: OrderKind,
  startsOn: LocalDate,
  endsOn: LocalDate,
  today: LocalDate,
  { decreaseNoticeDays }: Ledger,
): void {
  if (effectiveFrom < startsOn || effectiveFrom >= endsOn) {
    throw new OutsideMembership(
      `La date d’effet doit être comprise entre le ${frenchDate(startsOn)} et le ${frenchDate(addDays(endsOn, -1))}.`,
      { itemCode, effectiveFrom, startsOn, endsOn },
    );
  }
  if (kind !== 'ORDINARY') return;
  if (delta > 0 && effectiveFrom < today) {
    throw new IncreaseInThePast(
      `Une augmentation prend effet au plus tôt aujourd’hui, le ${frenchDate(today)}. ` +
        'Pour une date passée, demandez une correction au coordonnateur.',
      { itemCode, effectiveFrom, earliest: today },
    );
  }
  const earliest = addDays(today, decreaseNoticeDays);
  if (delta < 0 && effectiveFrom < earliest) {
    throw new DecreaseTooSoon(
      `Une diminution prend effet au plus tôt le ${frenchDate(earliest)}.`,
      { itemCode, effectiveFrom, earliest },
    );
  }
}

function checkBounds(items: readonly LedgerItem[]): void {
  for (const { itemCode, timeline } of items) {
    if (timeline.some(({ quantity }) => quantity > quantityMax)) throw outOfRange(itemCode);
  }
}

function outOfRange(itemCode: string): QuantityOutOfRange {
  return new QuantityOutOfRange(
    `Indiquez un nombre entier de comptes, au plus ${quantityMax} en tout.`,
    { itemCode, maximum: quantityMax },
  );
}
