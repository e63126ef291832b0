import type pg from 'pg';
import { serviceNames, type ServiceName, topicNamed } from '#libs/contracts';
import { plural } from '#libs/money';
import { StateDigests } from '#libs/messaging';
import type { Database } from '#libs/persistence';
import { withClient } from '../backup/postgres-tools.js';
import { databaseOf } from '../backup/service-database.js';
import { consumers, stateTables } from './consumers.js';
import type { Situation } from './situation.js';

/** What does not hold yet, of one service. */
export type Fault = { readonly service: ServiceName; readonly word: string };

/** Whether every reader states what its owner states, by databases and logs alone: services may run or not. */
export async function checkRecovery({ plan, absent }: Situation): Promise<Fault[]> {
  const there = serviceNames.filter((service) => !absent.includes(service));
  const own = await Promise.all(
    there.map((service) =>
      withClient(databaseOf(service).adminUrl, async (client) => ({
        service,
        faults: [...(await waitingIn(client)), ...(await lostDaysIn(client, service))],
        states: await statesIn(client, service),
      })),
    ),
  );
  return [
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
  const { rows } = await client.query<Record<'parked' | 'outbox' | 'unsent' | 'stopped', number>>(
    `select (select count(*)::int from platform.parked_event) as parked,
            (select count(*)::int from platform.outbox) as outbox,
            (select count(*)::int from platform.unsent_key) as unsent,
            (select count(*)::int from platform.consumer_position where stopped is not null) as stopped`,
  );
  const { parked, outbox, unsent, stopped } = rows[0]!;
  return [
    ...(parked > 0
      ? [`${plural(parked, 'événement mis', 'événements mis')} de côté (parked list)`]
      : []),
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

const statesIn = (client: pg.Client, service: ServiceName) =>
  new StateDigests(
    client as unknown as Pick<Database, 'query'> as Database,
    stateTables[service] ?? [],
  ).read();
