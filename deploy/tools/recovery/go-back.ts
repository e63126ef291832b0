import { allTopics, type ServiceName } from '#libs/contracts';
import type { Consumer } from './consumers.js';
import type { Standing } from './judge-standing.js';

/** What a reader has applied and its owner does not state, or will not once it has gone back. */
export type Ahead = {
  readonly consumer: ServiceName;
  readonly owner: ServiceName;
  readonly topic: string;
};
/** How a reader that is ahead of its owner comes to be level again. */
export type WayBack =
  /** Its database goes back to the backup that its owner was restored from. */
  | { readonly by: 'RESTORE'; readonly ahead: readonly Ahead[] }
  /** It is emptied of what it has from facts, and reads everything again. */
  | { readonly by: 'READ_AGAIN'; readonly ahead: readonly Ahead[] }
  /** It only follows its owner again, whose next word takes the place of what stands there. */
  | { readonly by: 'FOLLOW'; readonly ahead: readonly Ahead[] };

/** The numbers of a backup's databases: what is told from there on is forgotten by whoever goes back to it. */
export type NextNumbers = ReadonlyMap<ServiceName, number>;

/**
 * Who is ahead of whom, and how each of them comes back; those who are restored for it forget what they have told
 * themselves, so their readers follow. Where it is not known what the backup states, whoever has read anything of a
 * service that goes back is taken to be ahead.
 */
export function waysBack(
  standings: readonly Standing[],
  consumers: readonly Consumer[],
  backup: NextNumbers | undefined,
): Map<ServiceName, WayBack> {
  const aheadNow = standings.filter(({ numbers }) => numbers === 'AHEAD');
  let ways = new Map<ServiceName, WayBack>();
  for (;;) {
    const restored = new Set([...ways].filter(([, { by }]) => by === 'RESTORE').map(([s]) => s));
    const aheadThen = standings.filter(
      ({ owner, applied, consumer }) =>
        restored.has(owner) &&
        !restored.has(consumer) &&
        applied !== undefined &&
        applied.seq >= (backup?.get(owner) ?? 0),
    );
    // Who goes back for one owner needs no other reason.
    const all = [...aheadNow, ...aheadThen];
    const next = new Map(
      consumers.flatMap((consumer) => {
        const kept = ways.get(consumer.service);
        if (kept?.by === 'RESTORE') return [[consumer.service, kept] as const];
        const ahead = byTopic(all.filter(({ consumer: one }) => one === consumer.service));
        return ahead.length === 0 ? [] : [[consumer.service, wayOf(consumer, ahead)] as const];
      }),
    );
    const restoredNext = [...next].filter(([, { by }]) => by === 'RESTORE').length;
    ways = next;
    if (restoredNext === restored.size) return ways;
  }
}

function wayOf(consumer: Consumer, ahead: readonly Ahead[]): WayBack {
  if (ahead.every(({ topic }) => consumer.restated.has(topic))) return { by: 'FOLLOW', ahead };
  return { by: consumer.madeOfFacts ? 'READ_AGAIN' : 'RESTORE', ahead };
}

function byTopic(standings: readonly Standing[]): Ahead[] {
  const names = new Set(standings.map(({ topic }) => topic));
  return allTopics
    .filter(({ name }) => names.has(name))
    .map(({ name, owner }) => ({ consumer: standings[0]!.consumer, owner, topic: name }));
}
