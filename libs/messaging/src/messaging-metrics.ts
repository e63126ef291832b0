import { Counter, Gauge, registry } from '#libs/observability';
import { dayNumberOf } from '#libs/time';
import type { MessagingFigures } from './messaging-status.js';

type Counts = { readonly handled: number; readonly parked: number; readonly repeated: number };

const events = new Counter({
  name: 'ent_consumed_events_total',
  help: 'Messages of a topic by what became of them: handled, parked, repeated',
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
  count(topic: string, { handled, parked, repeated }: Counts): void {
    events.inc({ topic, outcome: 'handled' }, handled);
    if (parked > 0) events.inc({ topic, outcome: 'parked' }, parked);
    if (repeated > 0) events.inc({ topic, outcome: 'repeated' }, repeated);
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

/** Shows what the service says of itself; called now and then, since a scrape must not wait for the broker. */
export function showFigures(figures: MessagingFigures): void {
  for (const topic of figures.topics) {
    for (const partition of topic.partitions) {
      lag.set({ topic: topic.topic, partition: partition.partition }, Number(partition.lag));
    }
    parked.set({ topic: topic.topic }, Number(topic.parked));
  }
  outboxPending.set(Number(figures.outboxPending));
  workPending.set(Number(figures.workPending));
  if (figures.businessDate !== undefined) businessDay.set(dayNumberOf(figures.businessDate));
}
