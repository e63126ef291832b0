import type pg from 'pg';
import { serviceNames, type ServiceName, topicNamed } from '#libs/contracts';
import {
  createTopics,
  forgoLife,
  type LogAddress,
  rejoin,
  tellAgain,
  TopicEnds,
} from '#libs/messaging';
import { audit, type JourneyClient } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { becomeOwner } from '../backup/create-backup.js';
import { withClient } from '../backup/postgres-tools.js';
import { requireStopped } from '../backup/restore-database.js';
import { databaseOf } from '../backup/service-database.js';
import { machineOperator } from '../ent/machine-operator.js';
import { consumers } from './consumers.js';
import type { RecoveryFacts } from './facts.js';
import { follow } from './follow.js';
import { keepLostDays } from './keep-lost-days.js';
import { quietLogger } from './read-facts.js';
import type { LifeToForgo, RecoveryPlan, Step } from './steps.js';
import { unitsOf } from './units.js';

export class ClockBehind extends defineProblem('CLOCK_BEHIND', 'conflict') {}

type Reader = Extract<Step, { readonly consumer: ServiceName }>;
export type Orders = {
  readonly facts: RecoveryFacts;
  readonly plan: RecoveryPlan;
  readonly reason: string;
  readonly address: LogAddress;
  readonly say: (line: string) => void;
};

/** Exactly the steps of a plan, services stopped and restores kept out, one unit (`units.ts`) after the other. */
export async function carryOut({ facts, plan, reason, address, say }: Orders): Promise<void> {
  for (const service of serviceNames) await requireStopped(databaseOf(service));
  for (const unit of unitsOf(plan.steps)) {
    if ('topics' in unit) {
      say(`  Kafka : ${unit.topics.join(', ')}`);
      const replication = Number(process.env['KAFKA_REPLICATION'] ?? 1);
      const wanted = unit.topics.map((name) => topicNamed(name)!);
      await createTopics({ ...address, replication, topics: wanted }, quietLogger);
    } else if ('tellsAgain' in unit) {
      const { owner, topics } = unit.tellsAgain;
      say(`  ${owner} : ${topics.join(', ')}`);
      const databaseUrl = databaseOf(owner).adminUrl;
      await tellAgain({ databaseUrl, kafka: address, topics }, quietLogger);
    } else {
      say(`  ${unit.service}`);
      await change(unit.service, unit.steps, { facts, reason, address });
    }
  }
}

type Context = Pick<Orders, 'facts' | 'reason' | 'address'>;

const change = (service: ServiceName, steps: readonly Step[], context: Context): Promise<void> =>
  withClient(databaseOf(service).adminUrl, async (client) => {
    await client.query('begin');
    await becomeOwner(client);
    const setAside: string[] = [];
    for (const step of steps) {
      if (step.do === 'read-again') setAside.push(...(await setAsideIn(client)));
      await changeBy(client, step, context);
    }
    await audit(client, {
      action: 'recovery.carried-out',
      subject: `service:${service}`,
      actor: machineOperator(),
      details: {
        ...{ reason: context.reason, steps: steps.map(inJournal) },
        ...(setAside.length > 0 && { setAside }),
      },
    });
    await client.query('commit');
  });

/** The reader sets these records aside again when it reads again; `recovery check` then recognises them. */
async function setAsideIn(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ at: string }>(
    `select topic || '/' || partition || '@' || "offset" as at from platform.parked_event order by id limit 10000`,
  );
  return rows.map(({ at }) => at);
}

const inJournal = (step: Step): Record<string, unknown> =>
  'ahead' in step
    ? { ...step, ahead: step.ahead.map(({ owner, topic }) => ({ owner, topic })) }
    : step;

async function changeBy(
  client: JourneyClient,
  step: Step,
  { facts, reason, address }: Context,
): Promise<void> {
  switch (step.do) {
    case 'raise':
      await client.query(
        `update platform.relay_state set generation = generation + 1, fence = fence + 1, held_until = '-infinity'`,
      );
      return;
    case 'take-back':
      return takeBack(client, step);
    case 'forgo':
      return forgo(client, step.life, reason);
    case 'keep-lost-days':
      await keepLostDays(client, step.life.topic, { facts, address });
      return forgo(client, step.life, reason);
    case 'read-again':
      return empty(client, step);
    case 'follow':
      return follow(client, step, { facts, address });
    case 'rejoin': {
      const ends = new TopicEnds('ent-recovery', address, quietLogger);
      const { topic, partitions } = step;
      try {
        await rejoin(client, topic, await ends.of(topic), { partitions, whole: true });
      } finally {
        await ends.close();
      }
      return;
    }
    default:
      throw new RangeError(`no change of a database: ${step.do}`);
  }
}

/** The table is append-only for everybody else. */
async function takeBack(
  client: pg.Client,
  { life }: Extract<Reader, { do: 'take-back' }>,
): Promise<void> {
  await withoutTriggers(client, ['platform.forgone_life'], () =>
    client.query(
      `delete from platform.forgone_life
        where topic = $1 and epoch = $2 and from_seq = $3 and until_epoch = $4`,
      [life.topic, life.epoch, life.fromSeq, life.untilEpoch],
    ),
  );
}

/** Lives that begin from now on are later, by the clock of the databases. */
async function forgo(client: pg.Client, life: LifeToForgo, reason: string): Promise<void> {
  const { rows } = await client.query<{ now: number }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  const { now } = rows[0]!;
  if (life.untilEpoch === null && life.lastLost >= now) {
    throw new ClockBehind(
      `L’horloge de PostgreSQL (${new Date(now).toISOString()}) est en retard sur la dernière vie publiée ` +
        `(${new Date(life.lastLost).toISOString()}). Remettez-la à l’heure, puis relancez recovery plan.`,
    );
  }
  const decision = { ...life, untilEpoch: life.untilEpoch ?? now };
  await forgoLife(client, { ...decision, reason, decidedBy: machineOperator() });
}

/** What facts have brought is gone, and the service's day with it; nothing else. */
async function empty(
  client: pg.Client,
  { consumer }: Extract<Reader, { do: 'read-again' }>,
): Promise<void> {
  const tables = consumers.find(({ service }) => service === consumer)?.madeOfFacts ?? [];
  const names = tables.map((table) => `public.${table}`);
  await withoutTriggers(client, [...names, 'platform.business_day'], async () => {
    await client.query(`truncate ${names.join(', ')}`);
    await client.query('update platform.business_day set day = null');
  });
  await client.query('delete from platform.parked_event');
  await client.query('delete from platform.consumer_position');
}

async function withoutTriggers(
  client: pg.Client,
  tables: readonly string[],
  work: () => Promise<unknown>,
): Promise<void> {
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
  await work();
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`);
}
