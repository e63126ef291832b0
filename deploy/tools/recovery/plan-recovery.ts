import { allTopics, type ServiceName, topicNamed } from '#libs/contracts';
import type { Consumer } from './consumers.js';
import type { DatabaseFacts, ForgoneLife, Numbers, RecoveryFacts, TopicLog } from './facts.js';
import { type NextNumbers, waysBack } from './go-back.js';
import { judgeStandings, type Standing } from './judge-standing.js';
import { covers, keepLostDays } from './lost-days.js';
import { isUnawares, lostTails, type LostTail } from './lost-tails.js';
import { closedStretches, endOf, openStretch } from './stated-numbers.js';
import type { LifeToForgo, RecoveryPlan, Step } from './steps.js';

/** What is to be done so that every reader states what its owner states. Pure: the same facts give the same plan. */
export function planRecovery(
  facts: RecoveryFacts,
  consumers: readonly Consumer[],
  backup?: NextNumbers,
): RecoveryPlan {
  const standings = judgeStandings(facts, consumers);
  const ways = waysBack(standings, consumers, backup);
  const lost = lostTails(facts);
  const forgetful = facts.databases
    .map(({ service }) => service)
    .filter(
      (service) =>
        lost.some(({ owner }) => owner === service) ||
        standings.some(({ owner, numbers }) => owner === service && numbers === 'AHEAD'),
    );
  const back = [...ways].filter(([, { by }]) => by === 'RESTORE');
  if (back.length > 0) {
    const services = back.map(([service]) => service);
    const ahead = back.flatMap(([, way]) => way.ahead);
    return { standings, forgetful, steps: [{ do: 'restore', services, ahead }], afterwards: [] };
  }
  const again = new Set([...ways].filter(([, { by }]) => by === 'READ_AGAIN').map(([one]) => one));
  const toldAgain = cutShort(facts, 'FACTS');
  const cutStates = cutShort(facts, 'STATE');
  const announced = withLostStates(cutStates, lost);
  const comesAgain = new Set([...toldAgain, ...cutStates].flatMap(({ topics }) => topics));
  const rejoined = rejoin(
    standings.filter(({ consumer }) => !again.has(consumer)),
    facts,
    comesAgain,
  );
  const readsOn = ({ consumer, topic, unread }: Standing) =>
    unread > 0 ||
    again.has(consumer) ||
    comesAgain.has(topic) ||
    rejoined.some((step) => step.consumer === consumer && step.topic === topic);
  return {
    standings,
    forgetful,
    steps: [
      ...missingTopics(facts),
      ...facts.databases
        .filter((one) => one.told.isSameLife && isUnawares(one, standings, lost))
        .map(({ service }) => ({ do: 'raise', owner: service }) as const),
      ...takeBack(facts),
      ...consumers.flatMap((consumer) =>
        livesToForgo(facts, consumer, {
          ...{ standings: standings.filter(readsOn), lost },
          readsAll: again.has(consumer.service),
        }),
      ),
      ...keepLostDays(facts, consumers, { standings, lost }),
      ...readAgain(facts, consumers, ways),
      ...followOwners(standings, ways),
      // Before anything is told: killed in between, a position would seem to lie in the new log.
      ...rejoined,
      ...toldAgain.map((one) => ({ do: 'tell-again', ...one }) as const),
    ],
    afterwards: [
      ...announced.map((one) => {
        const isCut = cutStates.some(({ owner }) => owner === one.owner);
        const reason = isCut ? 'KAFKA_PERDU' : 'COPIE_A_REFAIRE';
        return { do: 'announce-again', ...one, reason } as const;
      }),
      ...(forgetful.includes('provisioning') || isRestored(facts, 'provisioning')
        ? [{ do: 'compare-ent' } as const]
        : []),
    ],
  };
}

/** It has told before, and is not what told it: where Kafka was lost with it, no log shows what it knows no more. */
const isRestored = ({ databases }: RecoveryFacts, name: ServiceName): boolean =>
  databases.some(
    ({ service, told }) => service === name && !told.isSameLife && told.lives.length > 0,
  );

const missingTopics = ({ logs }: RecoveryFacts): Step[] => {
  const topics = logs.filter(({ partitions }) => !partitions).map(({ topic }) => topic);
  return topics.length === 0 ? [] : [{ do: 'make-topics', topics }];
};

/**
 * What the reader is still to come by in the logs and its owner does not state. A life that was succeeded counts only
 * for who has not gone on with its successor.
 */
function livesToForgo(
  { databases, logs }: RecoveryFacts,
  { service, topics }: Consumer,
  {
    standings,
    lost,
    readsAll,
  }: { standings: readonly Standing[]; lost: readonly LostTail[]; readsAll: boolean },
): Step[] {
  const known = (databases.find((one) => one.service === service)?.forgone ?? []).filter(
    (row) => !isStatedAgain(databases, row),
  );
  return allTopics
    .filter(({ name }) => topics.includes(name))
    .flatMap(({ name: topic, owner }) => {
      const told = databases.find((one) => one.service === owner)?.told;
      if (!told) return [];
      const reads = standings.filter((one) => one.consumer === service && one.topic === topic);
      const isBefore = (epoch: number) =>
        reads.some(({ applied }) => readsAll || (applied?.epoch ?? 0) < epoch);
      const closed = closedStretches(told, firstOf(logs, topic)).filter(({ untilEpoch }) =>
        isBefore(untilEpoch),
      );
      const lostHere = lost.filter((one) => one.topic === topic).map(({ last }) => last.epoch);
      const needed: LifeToForgo[] = [
        ...closed.map((stretch) => ({
          ...{ topic, ...stretch },
          lastLost: lastLostBetween(databases, owner, stretch),
        })),
        ...(lostHere.length > 0
          ? [{ topic, ...openStretch(told), untilEpoch: null, lastLost: Math.max(...lostHere) }]
          : []),
      ];
      return needed
        .filter((life) => !known.some((row) => covers(row, life)))
        .map((life) => ({ do: 'forgo', consumer: service, life }) as const);
    });
}

/**
 * The newest life that is known to have begun and been lost between two that the owner states: somebody has applied of it,
 * or was told to pass over it. Who was put back since may know of an older one alone. 0: none is known of.
 */
function lastLostBetween(
  databases: readonly DatabaseFacts[],
  owner: ServiceName,
  { epoch, untilEpoch }: Pick<ForgoneLife, 'epoch' | 'untilEpoch'>,
): number {
  const known = databases.flatMap(({ positions, forgone }) => [
    ...positions.map((one) => ({ topic: one.topic, epoch: one.epoch ?? 0 })),
    ...forgone.map((row) => ({ topic: row.topic, epoch: row.lastLost })),
  ]);
  const between = known.filter(
    (one) => topicNamed(one.topic)?.owner === owner && one.epoch > epoch && one.epoch < untilEpoch,
  );
  return Math.max(0, ...between.map((one) => one.epoch));
}

/** The oldest that any of its partitions begins with. */
function firstOf(logs: readonly TopicLog[], topic: string): Numbers | undefined {
  const partitions = logs.find((log) => log.topic === topic)?.partitions ?? [];
  const firsts = partitions.flatMap(({ first }) => first ?? []);
  return firsts.sort((a, b) => a.epoch - b.epoch)[0];
}

function takeBack({ databases }: RecoveryFacts): Step[] {
  return databases.flatMap(({ service, forgone }) =>
    forgone
      .filter((row) => isStatedAgain(databases, row))
      .map((life) => ({ do: 'take-back', consumer: service, life }) as const),
  );
}

/** Of a database that a former recovery put aside, and that is in its place again. */
function isStatedAgain(databases: readonly DatabaseFacts[], row: ForgoneLife): boolean {
  const owner = topicNamed(row.topic)?.owner;
  const told = databases.find((one) => one.service === owner)?.told;
  if (!told) return false;
  return told.lives.some(({ epoch }) =>
    epoch === row.epoch
      ? endOf(told, epoch)! > row.fromSeq
      : epoch > row.epoch && epoch < row.untilEpoch,
  );
}

function readAgain(
  { logs }: RecoveryFacts,
  consumers: readonly Consumer[],
  ways: ReturnType<typeof waysBack>,
): Step[] {
  const sizeOf = ({ partitions }: TopicLog) =>
    (partitions ?? []).reduce((sum, { low, high }) => sum + high - low, 0);
  return consumers.flatMap(({ service, topics }) => {
    const way = ways.get(service);
    if (way?.by !== 'READ_AGAIN') return [];
    const records = logs
      .filter(({ topic }) => topics.includes(topic))
      .reduce((sum, log) => sum + sizeOf(log), 0);
    return [{ do: 'read-again', consumer: service, ahead: way.ahead, records } as const];
  });
}

function followOwners(standings: readonly Standing[], ways: ReturnType<typeof waysBack>): Step[] {
  return [...ways].flatMap(([consumer, way]) =>
    way.by !== 'FOLLOW'
      ? []
      : way.ahead.map(({ topic }) => ({
          ...({ do: 'follow', consumer, topic } as const),
          partitions: standings
            .filter((one) => one.consumer === consumer && one.topic === topic)
            .filter(({ numbers }) => numbers === 'AHEAD')
            .map(({ partition }) => partition),
        })),
  );
}

/** Topics that end before what their owners know to have told: by owner. */
function cutShort({ databases, logs }: RecoveryFacts, keeps: 'FACTS' | 'STATE') {
  return databases.flatMap(({ service, told }) => {
    const topics = allTopics
      .filter((topic) => topic.owner === service && topic.keeps === keeps)
      .map(({ name }) => name)
      .filter((topic) => {
        const partitions = logs.find((log) => log.topic === topic)?.partitions;
        return (
          told.tellingAgain.includes(topic) ||
          told.lastNumbers.some((number) => number.topic === topic && lacks(number, partitions))
        );
      });
    return topics.length === 0 ? [] : [{ owner: service, topics }];
  });

  function lacks(
    { partition, seq }: DatabaseFacts['told']['lastNumbers'][number],
    partitions: TopicLog['partitions'],
  ): boolean {
    const log = partitions?.find((each) => each.partition === partition);
    return (log?.last?.seq ?? 0) < seq;
  }
}

/** A lost state of a key may have taken the place of the one that counts. */
function withLostStates(
  cut: readonly { owner: ServiceName; topics: string[] }[],
  lost: readonly LostTail[],
) {
  const names = new Set([
    ...cut.flatMap(({ topics }) => topics),
    ...lost.map(({ topic }) => topic),
  ]);
  const states = allTopics.filter(({ name, keeps }) => keeps === 'STATE' && names.has(name));
  const owners = [...new Set(states.map(({ owner }) => owner))];
  return owners.map((owner) => ({
    owner,
    topics: states.filter((one) => one.owner === owner).map(({ name }) => name),
  }));
}

function rejoin(
  standings: readonly Standing[],
  { databases, logs }: RecoveryFacts,
  comesAgain: ReadonlySet<string>,
): Extract<Step, { do: 'rejoin' }>[] {
  const lowOf = (topic: string, partition: number) =>
    logs
      .find((log) => log.topic === topic)
      ?.partitions?.find((each) => each.partition === partition)?.low ?? 0;
  const lost = standings.filter(({ consumer, topic, partition, log, numbers, unread }) => {
    const positions = databases.find(({ service }) => service === consumer)?.positions ?? [];
    const position = positions.find((one) => one.topic === topic && one.partition === partition);
    // It has read to the end, and not what its owner has told there: passed over, or in a log that is no more.
    const hasMissed = numbers === 'BEHIND' && unread === 0;
    return (
      position !== undefined &&
      (log !== 'INSIDE' ||
        (position.nextOffset !== lowOf(topic, partition) && (comesAgain.has(topic) || hasMissed)))
    );
  });
  const keys = [...new Set(lost.map(({ consumer, topic }) => `${consumer} ${topic}`))];
  return keys.map((key) => {
    const of = lost.filter(({ consumer, topic }) => `${consumer} ${topic}` === key);
    const { consumer, topic } = of[0]!;
    const partitions = of.map(({ partition }) => partition);
    return { do: 'rejoin', consumer, topic, partitions } as const;
  });
}
