import { Counter, registry } from '#libs/observability';

/** Nobody but imports and decisions writes people: each of these is somebody's SQL, or a fault of ours. */
export const rewrittenRows = new Counter({
  name: 'ent_directory_rewritten_total',
  help: 'Statements, people and schools found otherwise than imports wrote them, and written anew',
  labelNames: ['what'],
  registers: [registry],
});
for (const what of ['statement', 'person', 'school']) rewrittenRows.inc({ what }, 0);
