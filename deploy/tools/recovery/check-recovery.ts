import type pg from 'pg';
import { serviceNames, type ServiceName, topicNamed } from '#libs/contracts';
import { plural } from '#libs/money';
import { StateDigests } from '#libs/messaging';
import type { Database } from '#libs/persistence';
import { withClient } from '../backup/postgres-tools.js';
import { databaseOf } from '../backup/service-database.js';
import { consumers, stateTables } from './consumers.js';
import type { Situation } from './situation.js';

/** What does not hold yet, or what a person has still to decide, of one service. */
export type Fault = { readonly service: ServiceName; readonly word: string };
export type Checked = { readonly faults: readonly Fault[]; readonly remarks: readonly Fault[] };

/** Whether every reader states what its owner states, by databases and logs alone: services may run or not. */
export async function checkRecovery({ plan, absent }: Situation): Promise<Checked> {
  const there = serviceNames.filter((service) => !absent.includes(service));
  const recoveries = await Promise.all(
    there.map((service) => withClient(databaseOf(service).adminUrl, lastRecovery)),
  );
  const recoveredAt =
    recoveries
      .filter((at) => at !== null)
      .sort()
      .at(-1) ?? null;
  const own = await Promise.all(
    there.map((service) =>
      withClient(databaseOf(service).adminUrl, async (client) => {
        const aside = await setAsideIn(client, recoveredAt);
        return {
          service,
          faults: [
            ...aside.faults,
            ...(await waitingIn(client)),
            ...(await lostDaysIn(client, service)),
          ],
          remarks: [...aside.remarks, ...(await lostAccountsIn(client, service))],
          states: await statesIn(client, service),
        };
      }),
    ),
  );
  const faults = [
    ...absent.map((service) => ({ service, word: 'sa base n’existe pas' })),
    ...(plan.steps.length === 0
      ? []
      : plan.forgetful.map((service) => ({
          service,
          word: 'recovery plan a des étapes pour lui',
        }))),
    ...there.flatMap((service) => unread(plan, service)),
    ...own.flatMap(({ service, faults }) => faults.map((word) => ({ service, word }))),
    ...own.flatMap(({ service, states }) =>
      states
        .filter(({ topic }) => topicNamed(topic)?.owner !== service)
        .flatMap(({ topic, digest }) => {
          const owner = topicNamed(topic)!.owner;
          const told = own.find((one) => one.service === owner)?.states;
          const isSame = told?.find((one) => one.topic === topic)?.digest === digest;
          return isSame
            ? []
            : [{ service, word: `sa copie de ${topic} n’est pas celle de ${owner}` }];
        }),
    ),
  ];
  const remarks = own.flatMap((one) => one.remarks.map((word) => ({ service: one.service, word })));
  return { faults, remarks };
}

/** The last restore or recovery that this database knows of, as PostgreSQL writes it; null: none. */
async function lastRecovery(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ at: string | null }>(
    `select (max(recorded_at) at time zone 'UTC')::text as at from platform.audit_entry
      where action in ('backup.restored', 'recovery.carried-out')`,
  );
  return rows[0]!.at;
}

/**
 * A record set aside before the recovery is no fault of it, nor one that a reader set aside again when it read everything
 * again: `recovery run` has noted those in the journal.
 */
async function setAsideIn(client: pg.Client, recoveredAt: string | null) {
  const { rows } = await client.query<{ before: number; since: number }>(
    `with noted as (
       select jsonb_array_elements_text(details -> 'setAside') as at from platform.audit_entry
        where action = 'recovery.carried-out' and details ? 'setAside'),
     aside as (
       select $1::timestamp is null or parked_at <= $1::timestamp at time zone 'UTC'
              or topic || '/' || partition || '@' || "offset" in (select at from noted) as "isBefore"
         from platform.parked_event)
     select (count(*) filter (where "isBefore"))::int as before, (count(*) filter (where not "isBefore"))::int as since
       from aside`,
    [recoveredAt],
  );
  const { before, since } = rows[0]!;
  return {
    faults:
      since > 0
        ? [
            `${plural(since, 'événement mis', 'événements mis')} de côté depuis la reprise (parked list)`,
          ]
        : [],
    remarks:
      before > 0
        ? [
            `${plural(before, 'événement mis', 'événements mis')} de côté avant la reprise, encore à décider (parked list)`,
          ]
        : [],
  };
}

function unread({ standings }: Situation['plan'], service: ServiceName): Fault[] {
  const own = standings.filter(({ consumer }) => consumer === service);
  const records = own.reduce((sum, one) => sum + one.unread, 0);
  const isOff = own.filter(
    ({ numbers, log, told }) =>
      log !== 'INSIDE' ||
      numbers === 'AHEAD' ||
      ((numbers === 'BEHIND' || numbers === 'NONE') && told > 0),
  );
  const topics = [...new Set(isOff.map(({ topic }) => topic))];
  return [
    ...(records > 0
      ? [{ service, word: `${plural(records, 'enregistrement', 'enregistrements')} à lire` }]
      : []),
    ...(topics.length > 0
      ? [{ service, word: `n’est pas où en est le publieur de ${topics.join(', ')}` }]
      : []),
  ];
}

async function waitingIn(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<Record<'outbox' | 'unsent' | 'stopped', number>>(
    `select (select count(*)::int from platform.outbox) as outbox,
            (select count(*)::int from platform.unsent_key) as unsent,
            (select count(*)::int from platform.consumer_position where stopped is not null) as stopped`,
  );
  const { outbox, unsent, stopped } = rows[0]!;
  return [
    ...(outbox > 0 ? [`${plural(outbox, 'fait', 'faits')} à publier`] : []),
    ...(unsent > 0
      ? [`${plural(unsent, 'clé refusée', 'clés refusées')} par Kafka (relay list)`]
      : []),
    ...(stopped > 0
      ? [`${plural(stopped, 'lecture arrêtée', 'lectures arrêtées')} (positions list)`]
      : []),
  ];
}

/** Of what a recovery kept, what the service has still to state again. */
async function lostDaysIn(client: pg.Client, service: ServiceName): Promise<string[]> {
  if (!consumers.some((one) => one.service === service && one.lostDaysOf)) return [];
  const { rows } = await client.query<{ n: number }>(
    'select count(*)::int as n from lost_account_fact',
  );
  const { n } = rows[0]!;
  return n === 0 ? [] : [`${plural(n, 'fait', 'faits')} de la vie perdue à redire`];
}

/** Of accounts that were opened since the backup and whose people have none any more. */
async function lostAccountsIn(client: pg.Client, service: ServiceName): Promise<string[]> {
  if (!consumers.some((one) => one.service === service && one.lostDaysOf)) return [];
  const { rows } = await client.query<{ accounts: number; days: number }>(
    `select count(distinct lost_account)::int as accounts, coalesce(sum(to_on - from_on), 0)::int as days from lost_day`,
  );
  const { accounts, days } = rows[0]!;
  return accounts === 0
    ? []
    : [
        `${plural(accounts, 'compte ouvert', 'comptes ouverts')} depuis la sauvegarde ne ${accounts === 1 ? 'revient' : 'reviennent'} pas : ${plural(days, 'jour-compte', 'jours-comptes')} à décider par le titulaire (page « Facturation », ou provisioning lost-days MARCHÉ)`,
      ];
}

const statesIn = (client: pg.Client, service: ServiceName) =>
  new StateDigests(
    client as unknown as Pick<Database, 'query'> as Database,
    stateTables[service] ?? [],
  ).read();
