import { Counter, registry } from '#libs/observability';

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
