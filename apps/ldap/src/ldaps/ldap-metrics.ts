import { Counter, registry } from '#libs/observability';

/** What clients asked, and with what result; no account, no question. */
export const operations = new Counter({
  name: 'ent_ldap_operations_total',
  help: 'Operations of LDAP clients, by kind and result',
  labelNames: ['operation', 'outcome'],
  registers: [registry],
});
