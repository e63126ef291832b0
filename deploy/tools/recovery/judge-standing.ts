import { allTopics, type ServiceName, type Topic } from '#libs/contracts';
import type { Consumer } from './consumers.js';
import type {
  DatabaseFacts,
  Numbers,
  PartitionLog,
  PositionFacts,
  RecoveryFacts,
  TopicLog,
} from './facts.js';
import { isStated, lastTold } from './stated-numbers.js';

/** How a reader stands towards an owner in one partition. */
export type Standing = {
  readonly consumer: ServiceName;
  readonly owner: ServiceName;
  readonly topic: string;
  readonly partition: number;
  /**
   * By the numbers. NONE: nothing read yet. AHEAD: it has applied what its owner does not know to have told. ANY:
   * whatever comes next is taken.
   */
  readonly numbers: 'NONE' | 'LEVEL' | 'BEHIND' | 'AHEAD' | 'ANY';
  /** By the log. OUTSIDE: its position is not in it, or of a topic that was made anew; MISSING: there is no such topic. */
  readonly log: 'INSIDE' | 'OUTSIDE' | 'MISSING';
  /** Records that it has still to read. */
  readonly unread: number;
  readonly applied: Numbers | undefined;
  /** The last number that the owner knows to have sent there. */
  readonly told: number;
};

/** Of each reader, owner and partition, by what the databases and the logs state alone. */
export function judgeStandings(facts: RecoveryFacts, consumers: readonly Consumer[]): Standing[] {
  const databaseOf = new Map(facts.databases.map((one) => [one.service, one]));
  const logOf = new Map(facts.logs.map((one) => [one.topic, one]));
  return consumers.flatMap(({ service, topics }) => {
    const reader = databaseOf.get(service);
    return allTopics
      .filter(({ name }) => topics.includes(name))
      .flatMap((topic) => {
        const owner = databaseOf.get(topic.owner);
        if (!reader || !owner) return [];
        return Array.from({ length: topic.partitions }, (_, partition) =>
          judgeOne(reader, owner, topic, partition, logOf.get(topic.name)),
        );
      });
  });
}

function judgeOne(
  reader: DatabaseFacts,
  owner: DatabaseFacts,
  { name: topic }: Topic,
  partition: number,
  topicLog: TopicLog | undefined,
): Standing {
  const position = reader.positions.find(
    (each) => each.topic === topic && each.partition === partition,
  );
  const told = lastTold(owner.told, topic, partition);
  const applied =
    position?.epoch != null && position.epoch !== 0
      ? { epoch: position.epoch, seq: position.seq }
      : undefined;
  return {
    ...{ consumer: reader.service, owner: owner.service, topic, partition, applied, told },
    numbers: byNumbers(owner, position, told),
    ...byLog(
      position,
      topicLog?.id,
      topicLog?.partitions?.find((each) => each.partition === partition),
    ),
  };
}

function byNumbers(
  { told }: DatabaseFacts,
  position: PositionFacts | undefined,
  last: number,
): Standing['numbers'] {
  if (!position || position.epoch === 0) return 'NONE';
  const { epoch, seq } = position;
  if (epoch === null) return 'ANY';
  if (!isStated(told, { epoch, seq })) return 'AHEAD';
  if (seq < last) return 'BEHIND';
  // Above the last one is what is on its way, or what the owner never sent there.
  return seq === last || seq >= told.nextSeq ? 'LEVEL' : 'AHEAD';
}

function byLog(
  position: PositionFacts | undefined,
  topicId: string | undefined,
  log: PartitionLog | undefined,
): Pick<Standing, 'log' | 'unread'> {
  if (!log) return { log: 'MISSING', unread: 0 };
  const next = position?.nextOffset ?? log.low;
  const isOther = topicId !== undefined && (position?.topicId ?? topicId) !== topicId;
  return isOther || next < log.low || next > log.high
    ? { log: 'OUTSIDE', unread: log.high - log.low }
    : { log: 'INSIDE', unread: log.high - next };
}
