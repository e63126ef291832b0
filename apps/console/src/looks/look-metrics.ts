import { Counter, registry } from '#libs/observability';

export const quotasReached = new Counter({
  name: 'ent_look_quotas_reached_total',
  help: 'Looks refused because their person had seen as many people as is permitted in an hour or a day',
  labelNames: ['period'],
  registers: [registry],
});
// A series that begins with its first event has no increase.
for (const period of ['hour', 'day']) quotasReached.inc({ period }, 0);
