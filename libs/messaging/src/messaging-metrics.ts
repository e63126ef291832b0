import { Counter, Gauge, registry } from '#libs/observability';
import { dayNumberOf } from '#libs/time';
import type { OwnFigures, TopicFigures } from './messaging-status.js';

type Counts = {
  readonly handled: number;
  readonly parked: number;
  readonly repeated: number;
  readonly forgone: number;
};

const events = new Counter({
  name: 'ent_consumed_events_total',
  help: 'Messages of a topic by what became of them: handled, parked, repeated, forgone',
  labelNames: ['topic', 'outcome'],
  registers: [registry],
});
const pauses = new Counter({
  name: 'ent_consumer_pauses_total',
  help: 'Times a partition had to wait',
  labelNames: ['topic'],
  registers: [registry],
});

export const counters = {
  pauses,
  count(topic: string, { handled, parked, repeated, forgone }: Counts): void {
    events.inc({ topic, outcome: 'handled' }, handled);
    if (parked > 0) events.inc({ topic, outcome: 'parked' }, parked);
    if (repeated > 0) events.inc({ topic, outcome: 'repeated' }, repeated);
    if (forgone > 0) events.inc({ topic, outcome: 'forgone' }, forgone);
  },
};

const lag = new Gauge({
  name: 'ent_consumer_lag',
  help: 'Messages of a partition not yet applied; as many series as the topics consumed have partitions',
  labelNames: ['topic', 'partition'],
  registers: [registry],
});
const parked = new Gauge({
  name: 'ent_parked_events',
  help: 'Messages set aside and not released',
  labelNames: ['topic'],
  registers: [registry],
});
const outboxPending = new Gauge({
  name: 'ent_outbox_pending',
  help: 'Events written and not yet relayed',
  registers: [registry],
});
const oldestEvent = new Gauge({
  name: 'ent_outbox_oldest_seconds',
  help: 'Age of the oldest event not yet relayed; 0: all are',
  registers: [registry],
});
const workPending = new Gauge({
  name: 'ent_work_pending',
  help: 'Queued jobs and rows that wait',
  registers: [registry],
});
const businessDay = new Gauge({
  name: 'ent_business_day',
  help: 'Business day the service stands at, in days since 1970-01-01',
  registers: [registry],
});

const unsent = new Gauge({
  name: 'ent_unsent_keys',
  help: 'Keys and topics whose events the broker refuses',
  registers: [registry],
});
const brokerAnswers = new Gauge({
  name: 'ent_broker_answers',
  help: '1: the broker says where its logs end; 0: it does not, and ent_consumer_lag is as old as that',
  registers: [registry],
});

/** What the database says; it is asked also while the broker is away. */
export function showOwnFigures(figures: OwnFigures): void {
  outboxPending.set(Number(figures.outboxPending));
  oldestEvent.set(figures.outboxOldestSeconds);
  unsent.set(figures.unsentKeys);
  workPending.set(Number(figures.workPending));
  if (figures.businessDate !== undefined) businessDay.set(dayNumberOf(figures.businessDate));
}

/** What only the broker knows; undefined: it does not answer. */
export function showTopicFigures(topics: readonly TopicFigures[] | undefined): void {
  brokerAnswers.set(topics ? 1 : 0);
  for (const topic of topics ?? []) {
    for (const partition of topic.partitions) {
      lag.set({ topic: topic.topic, partition: partition.partition }, Number(partition.lag));
    }
    parked.set({ topic: topic.topic }, Number(topic.parked));
  }
}
