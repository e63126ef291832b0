import { addDays, type LocalDate } from '#libs/time';
import { daysOf, type Figures, on, sumUntil } from '../builders/group-figures.js';
import { itemCode } from '../builders/membership-world.js';
import { items, maximum, type Terms } from './group.js';

/** What holds at any moment, from the rows alone. */
export function mustHold(all: readonly Figures[], { floorScope }: Terms): void {
  for (const day of daysOf(all)) {
    for (const one of all) {
      const margins = items.map((item) => on(one, 'O', item, day) - on(one, 'C', item, day));
      const margin =
        floorScope === 'ITEM' ? Math.min(...margins) : margins.reduce((sum, next) => sum + next, 0);
      const least = Math.min(...items.map((item) => on(one, 'O', item, day)));
      if (margin < 0 || least < 0)
        throw new Error(`${one.membershipId} on ${day}: ${margins.join()} above C`);
    }
    const group = all.reduce((sum, one) => sum + on(one, 'O', itemCode, day), 0);
    if (group > maximum) throw new Error(`the group has ${group} on ${day}`);
  }
}

/** Σ C and Σ O of the group on each day: what time and successions leave as they are. */
export function sums(all: readonly Figures[], days: readonly LocalDate[]): string[] {
  return days.map((day) => {
    const of = (figure: 'C' | 'O', item: string) =>
      all.reduce((sum, one) => sum + on(one, figure, item, day), 0);
    return `${day} ${items.map((item) => `${of('C', item)}/${of('O', item)}`).join(' ')}`;
  });
}

/** An order of one line. */
export type OneLine = {
  readonly membershipId: string;
  readonly kind: 'ORDINARY' | 'CORRECTION';
  readonly item: string;
  readonly day: LocalDate;
  readonly delta: number;
};

export function withLine(
  one: Figures,
  { item, day, delta }: Pick<OneLine, 'item' | 'day' | 'delta'>,
): Figures {
  const { C = [], O = [] } = one.items.get(item) ?? {};
  return {
    ...one,
    items: new Map(one.items).set(item, { C, O: [...O, { from: day, delta }] }),
  };
}

/** Whether ORD-2, ORD-4, ORD-5 and ORD-6 allow an order of one line, said anew in the simplest way there is. */
export function allowed(
  all: readonly Figures[],
  terms: Terms,
  line: OneLine,
  today: LocalDate,
): boolean {
  const { item, day, delta } = line;
  const one = all.find(({ membershipId }) => membershipId === line.membershipId)!;
  const { startsOn, endsOn, status } = one;
  const isOrder = line.kind === 'ORDINARY';
  if (!startsOn || !endsOn || !(status === 'ACTIVE' || (!isOrder && status === 'ENDED')))
    return false;
  if (delta === 0 || day < startsOn || day >= endsOn) return false;
  // What an order is too late for, a correction may change, and nothing else.
  const isTooLate = day < addDays(today, delta < 0 ? 1 : 0);
  if (isTooLate === isOrder) return false;
  const changed = withLine(one, line);
  const after = all.map((other) => (other === one ? changed : other));
  try {
    mustHold([changed], terms);
  } catch {
    return false;
  }
  // Reserved too: what a member that leaves has ordered, until it has left (ORD-6).
  return daysOf(after).every((d) => {
    const reserved = after.reduce(
      (sum, { items: its, status: state, endsOn: until }) =>
        state === 'ENDED' && (!until || d >= until)
          ? sum
          : sum + sumUntil(its.get(itemCode)?.O ?? [], d),
      0,
    );
    return item !== itemCode || delta < 0 || d < day || reserved <= maximum;
  });
}
