import { allTopics, type ServiceName } from '#libs/contracts';
import type { Consumer } from './consumers.js';
import type { DatabaseFacts, LastRecord, RecoveryFacts } from './facts.js';
import { judgeStandings, type Standing } from './judge-standing.js';
import { isBeyond } from './stated-numbers.js';

/** It would go on with a life of which others have more. */
export const isUnawares = (
  { service, told }: DatabaseFacts,
  standings: readonly Standing[],
  lost: readonly LostTail[],
): boolean =>
  lost.some(({ owner }) => owner === service) ||
  standings.some(
    ({ owner, applied }) => owner === service && applied !== undefined && isBeyond(told, applied),
  );

export type LostTail = {
  readonly owner: ServiceName;
  readonly topic: string;
  readonly partition: number;
  readonly last: LastRecord;
};

/** Partitions that end with what their owner does not know to have told: by a life that was lost. */
export function lostTails({ databases, logs }: RecoveryFacts): LostTail[] {
  const databaseOf = new Map(databases.map((one) => [one.service, one]));
  return allTopics.flatMap(({ name: topic, owner }) => {
    const told = databaseOf.get(owner)?.told;
    const partitions = logs.find((log) => log.topic === topic)?.partitions ?? [];
    return partitions.flatMap(({ partition, last }) =>
      told && last && isBeyond(told, last) ? [{ owner, topic, partition, last }] : [],
    );
  });
}

/** Where to read what was lost: from the last place that a reader holds and the owner states. */
export function lostStretches(facts: RecoveryFacts, consumers: readonly Consumer[]) {
  const standings = judgeStandings(facts, consumers);
  return lostTails(facts).map(({ owner, topic, partition }) => {
    const log = facts.logs
      .find((one) => one.topic === topic)!
      .partitions!.find((one) => one.partition === partition)!;
    const places = standings
      .filter((one) => one.topic === topic && one.partition === partition)
      .filter(({ numbers, log: at }) => at === 'INSIDE' && /^(LEVEL|BEHIND)$/.test(numbers))
      .map(({ unread }) => log.high - unread - 1);
    return { owner, topic, partition, from: Math.max(log.low, ...places), to: log.high };
  });
}
