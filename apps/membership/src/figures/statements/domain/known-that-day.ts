import { differencesOf } from './statement-lines.js';
import type { Statement, StatementEvent } from './statement.js';

/**
 * What may have been known when a paper was made, besides what was when the day ended: as the day began, or with
 * the letters and decisions that the paper names, where these are some of those recorded in the course of the day.
 */
export function knownDuringTheDay(
  stated: Statement,
  atStart: Statement,
  atEnd: Statement,
): Statement[] {
  const { events, endsOn } = stated;
  const isBetween = includesAll(events, atStart.events) && includesAll(atEnd.events, events);
  const ends = [atStart.endsOn, atEnd.endsOn, ...events.map(({ on }) => on)];
  if (!isBetween || !ends.includes(endsOn)) return [atStart];
  // C is 0 outside the membership: it comes from the side that lies as the paper does.
  return [atStart, ...[atStart, atEnd].map((side) => ({ ...side, endsOn, events }))];
}

/** Of statements made anew, the one with the fewest lines that differ; the first of several. */
export function nearestTo(stated: Statement, anew: readonly Statement[]): Statement {
  const [first, ...others] = anew.map((statement) => ({
    statement,
    count: differencesOf(stated, statement).length,
  }));
  if (!first) throw new RangeError('Nothing to compare with');
  return others.reduce((best, other) => (other.count < best.count ? other : best), first).statement;
}

function includesAll(all: readonly StatementEvent[], some: readonly StatementEvent[]): boolean {
  const keys = new Set(all.map(keyOf));
  return some.every((event) => keys.has(keyOf(event)));
}

const keyOf = ({ kind, on, reference }: StatementEvent): string =>
  JSON.stringify([kind, on, reference]);
