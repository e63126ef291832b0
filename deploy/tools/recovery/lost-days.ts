import { topicNamed } from '#libs/contracts';
import type { Consumer } from './consumers.js';
import type { DatabaseFacts, ForgoneLife, RecoveryFacts } from './facts.js';
import type { Standing } from './judge-standing.js';
import { isUnawares, type LostTail } from './lost-tails.js';
import { openStretch } from './stated-numbers.js';
import type { LifeToForgo, Step } from './steps.js';

/**
 * Where its sources have lost nothing, it comes to the same state again, but on later days. Where they have, people do
 * again on other days what made it. What was kept is noted as forgone, in the owner's own database.
 */
export function keepLostDays(
  facts: RecoveryFacts,
  consumers: readonly Consumer[],
  { standings, lost }: { standings: readonly Standing[]; lost: readonly LostTail[] },
): Step[] {
  return consumers.flatMap(({ service, topics, lostDaysOf: topic }) => {
    const database = facts.databases.find((one) => one.service === service);
    const lasts = lost.filter((one) => one.topic === topic).map(({ last }) => last);
    if (topic === undefined || !database || lasts.length === 0) return [];
    const lastLostAtMs = Math.max(...lasts.map(({ atMs }) => atMs));
    const sources = new Set(topics.map((name) => topicNamed(name)!.owner));
    const goneBack = facts.databases.filter(
      (one) =>
        sources.has(one.service) &&
        (isUnawares(one, standings, lost) ||
          hasSucceeded(one, lastLostAtMs) ||
          isForgoneSince(database, one, lastLostAtMs)),
    );
    if (goneBack.length > 0) return [];
    const stretch = { ...openStretch(database.told), untilEpoch: null };
    const life = { topic, ...stretch, lastLost: Math.max(...lasts.map(({ epoch }) => epoch)) };
    if (database.forgone.some((row) => covers(row, life))) return [];
    return [{ do: 'keep-lost-days', owner: service, life } as const];
  });
}

/**
 * It has begun a life since: what it lost shows no more at the ends of its logs. A life that it began before went into
 * the days that were lost.
 */
const hasSucceeded = ({ told }: DatabaseFacts, sinceMs: number): boolean =>
  (told.lives[0]?.epoch ?? 0) > sinceMs;

/** A recovery decided that what it told last is not read, and it may have told all again since: no log shows it then. */
const isForgoneSince = (
  { forgone }: DatabaseFacts,
  { service }: DatabaseFacts,
  sinceMs: number,
): boolean =>
  forgone.some((row) => topicNamed(row.topic)?.owner === service && row.untilEpoch > sinceMs);

/** Whether a reader passes over all of a life by what was decided before. */
export const covers = (row: ForgoneLife, life: LifeToForgo): boolean =>
  row.topic === life.topic &&
  row.epoch === life.epoch &&
  row.fromSeq <= life.fromSeq &&
  row.untilEpoch > life.lastLost;
