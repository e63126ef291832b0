import { Counter, Gauge, registry } from '#libs/observability';
import { dayNumberOf } from '#libs/time';
import type { OwnFigures, TopicFigures } from './messaging-status.js';

type Counts = {
  readonly handled: number;
  readonly parked: number;
  readonly repeated: number;
  readonly forgone: number;
  readonly foreign: number;
};

const events = new Counter({
  name: 'ent_consumed_events_total',
  help: 'Messages of a topic by what became of them: handled, parked, repeated, forgone, foreign',
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
  count(topic: string, { handled, parked, repeated, forgone, foreign }: Counts): void {
    events.inc({ topic, outcome: 'handled' }, handled);
    if (parked > 0) events.inc({ topic, outcome: 'parked' }, parked);
    if (repeated > 0) events.inc({ topic, outcome: 'repeated' }, repeated);
    if (foreign > 0) events.inc({ topic, outcome: 'foreign' }, foreign);
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

const byClock = new Gauge({
  name: 'ent_calendar_by_clock',
  help: '1: days begin by the clock (CALENDAR=clock); 0: a player begins them (CALENDAR=player)',
  registers: [registry],
});
const dayJumps = new Gauge({
  name: 'ent_day_jumps',
  help: '1: the calendar is not read on, since the start of a day was refused (DAY_JUMPS)',
  registers: [registry],
});
const unsent = new Gauge({
  name: 'ent_unsent_keys',
  help: 'Keys and topics whose events the broker refuses',
  registers: [registry],
});
const foreignRecords = new Gauge({
  name: 'ent_foreign_records',
  help: 'Records that the owner of their topic did not write, set aside and not acknowledged',
  registers: [registry],
});
const brokerAnswers = new Gauge({
  name: 'ent_broker_answers',
  help: '1: the broker says where its logs end; 0: it does not, and ent_consumer_lag is as old as that',
  registers: [registry],
});

// prom-client states 0 for a new gauge, also in a process without calendar and topics (ldap).
export function clearFigures(): void {
  for (const gauge of [byClock, businessDay, brokerAnswers]) gauge.remove();
}
clearFigures();

/** Of a process that follows the calendar; it stands before its first day until it has read one. */
export function showCalendar(isByClock: boolean): void {
  byClock.set(isByClock ? 1 : 0);
  businessDay.set(0);
}

/** What the database says; it is asked also while the broker is away. */
export function showOwnFigures(figures: OwnFigures): void {
  outboxPending.set(Number(figures.outboxPending));
  oldestEvent.set(figures.outboxOldestSeconds);
  unsent.set(figures.unsentKeys);
  foreignRecords.set(Number(figures.foreignRecords));
  dayJumps.set(figures.dayJumps);
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
