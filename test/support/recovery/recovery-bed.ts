import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  AccountState,
  allTopics,
  type AccountStateChanged,
  AccountStateChangedSchema,
  event,
  type NewEvent,
  Profile,
  SeatsAllottedSchema,
  type ServiceName,
  serviceNames,
  topics,
} from '#libs/contracts';
import {
  BatchConsumer,
  type BatchContext,
  BusinessDayKeeper,
  type ReceivedEvent,
  TopicEnds,
} from '#libs/messaging';
import { Database, UnitOfWork } from '#libs/persistence';
import {
  freshDatabase,
  MessagingBed,
  queryAt,
  required,
  testFactKeySettings,
  testKeyRing,
} from '#libs/testing';
import { ent } from '../ent-command.js';
import { lockClass } from '../../../deploy/tools/backup/restore-database.js';
import * as backup from '../../../deploy/tools/backup.js';

const day = '2022-01-03';

/** The six databases, topics of their own, provisioning that tells of accounts and metering that keeps what it was told. */
export class RecoveryBed {
  private readonly before = { ...process.env };

  private constructor(
    readonly messaging: MessagingBed,
    private readonly home: string,
    private readonly databases: ReadonlyMap<ServiceName, Awaited<ReturnType<typeof freshDatabase>>>,
  ) {}

  static async start(): Promise<RecoveryBed> {
    const messaging = await MessagingBed.start(allTopics);
    const home = await mkdtemp(join(tmpdir(), 'recovery-'));
    const fresh = [];
    for (const service of serviceNames)
      fresh.push([service, await freshDatabase(service, { poolMax: 2, isUnused: true })] as const);
    const bed = new RecoveryBed(messaging, home, new Map(fresh));
    for (const [service, { url }] of fresh) {
      process.env[`${service.toUpperCase()}_DATABASE_URL`] = url;
      await bed.sql(service, `update platform.business_day set day = '${day}'`);
    }
    Object.assign(process.env, {
      ...{ BACKUP_DATABASE_URL: required('DATABASE_URL'), BACKUP_FOLDER: join(home, 'backups') },
      ...{ DOCUMENT_FOLDER: join(home, 'documents'), ANCHOR_FOLDER: join(home, 'anchors') },
      ...{ KAFKA_BROKERS: messaging.brokers.join(','), KAFKA_NAMESPACE: messaging.namespace },
      ...testFactKeySettings(),
    });
    return bed;
  }

  async sql<Row extends pg.QueryResultRow>(
    service: ServiceName,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await queryAt<Row>(this.databases.get(service)!.ownerUrl, text, values)).rows;
  }

  async nameMembership(id: string, name: string): Promise<void> {
    await this.sql(
      'membership',
      `set session_replication_role = replica;
       insert into organisation (id, siren, name, kind, insee) values ('o-1', '200083228', '${name}', 'COMMUNE', '44003');
       insert into membership (id, organisation_id, market_code, status, letter_number, sent_on, received_on, applied_on)
         values ('${id}', 'o-1', 'e-primo-2022', 'ACTIVE', 'L-1', '${day}', '${day}', '${day}')`,
    );
  }

  private async connectAsOwner(service: ServiceName): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.databases.get(service)!.ownerUrl });
    await client.connect();
    return client;
  }

  async connectAsService(service: ServiceName): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.databases.get(service)!.url });
    await client.connect();
    return client;
  }

  /** As another recovery or a restore has it, until the connection ends. */
  async lockAgainstRestores(service: ServiceName): Promise<pg.Client> {
    const name = new URL(this.databases.get(service)!.url).pathname.slice(1);
    const client = new pg.Client({ connectionString: required('DATABASE_URL') });
    await client.connect();
    await client.query('select pg_advisory_lock($1, hashtext($2))', [lockClass, name]);
    return client;
  }

  /** Facts of accounts: written by provisioning, and sent; nothing of it runs afterwards. */
  tell(...accounts: readonly { id: string; sequence: number }[]): Promise<void> {
    return this.send(
      accounts.map(({ id, sequence }) =>
        event(AccountStateChangedSchema, id, {
          ...{ accountId: id, personId: id, profile: Profile.STUDENT, sequence, effectiveOn: day },
          ...{ membershipId: 'm-1', uai: '0440001A', itemCode: 'ELEVE', ...statesOf(id, sequence) },
        }),
      ),
    );
  }

  /** So many facts of one membership's seats. */
  tellOfSeats(count: number): Promise<void> {
    const one = event(SeatsAllottedSchema, 'm-1', { membershipId: 'm-1', on: day });
    return this.send(Array.from({ length: count }, () => one));
  }

  private async send(facts: readonly NewEvent[]): Promise<void> {
    const provisioning = await this.connectAsOwner('provisioning');
    for (const { topic, type, key, value } of facts) {
      await provisioning.query(
        `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
         values ($1, $2, $3, $4, $5, clock_timestamp(), '${day}')`,
        [randomUUID(), topic, type, key, value && Buffer.from(value)],
      );
    }
    const relay = this.messaging.relay({ databaseUrl: this.databases.get('provisioning')!.url });
    await this.messaging.until('it is sent', async () => {
      const { rows } = await provisioning.query('select from platform.outbox limit 1');
      return rows.length === 0;
    });
    await relay.stop();
    await provisioning.end();
  }

  /** Metering reads until so many facts stand in its table. */
  async meter(facts: number): Promise<void> {
    const database = new Database({
      url: this.databases.get('metering')!.url,
      ...{ poolMax: 4, applicationName: 'metering' },
    });
    const { brokers, namespace, logger } = this.messaging;
    const ends = new TopicEnds('test', { brokers, namespace }, logger);
    const consumer = new BatchConsumer(
      {
        ...{ service: 'metering', brokers, namespace },
        consumes: { [topics.account.name]: { handles: [AccountStateChangedSchema] } },
      },
      {
        ...{ database, unitOfWork: new UnitOfWork(database), logger, ends },
        days: new BusinessDayKeeper(() => []),
        keyRing: testKeyRing,
      },
    );
    consumer.addHandler(AccountStateChangedSchema.typeName, keepFacts, true);
    await this.messaging.listen(consumer);
    try {
      await this.messaging.until(`${facts} facts`, async () => {
        const { rows } = await database.query('select from account_fact');
        return rows.length >= facts;
      });
    } finally {
      await consumer.close();
      await ends.close();
      await database.end();
    }
  }

  /** Membership stands at the end of the seats' log, as if it had handled all but the offset that it has set aside. */
  async seatsRead(count: number, setAside: number): Promise<void> {
    const topic = topics.seat.name;
    const [last] = await this.sql<
      Record<'seq' | 'epoch' | 'digest', string> & { partition: number }
    >(
      'provisioning',
      `select partition, seq, digest, (select max(epoch) from platform.incarnation) as epoch from platform.last_number where topic = $1`,
      [topic],
    );
    const place = [topic, last!.partition];
    await this.sql(
      'membership',
      `insert into platform.consumer_position (topic, partition, next_offset, last_epoch, last_seq, last_digest, handled, parked)
       values ($1, $2, $3::bigint, $4, $5, $6, $3::bigint - 1, 1)`,
      [...place, count, last!.epoch, last!.seq, last!.digest],
    );
    await this.sql(
      'membership',
      `insert into platform.parked_event (topic, partition, "offset", key, cause) values ($1, $2, $3, 'm-1', 'UNDECODABLE')`,
      [...place, setAside],
    );
  }

  /** What metering knows, in order. */
  async metered(): Promise<string[]> {
    const rows = await this.sql<{ fact: string }>(
      'metering',
      `select left(account_id::text, 1) || sequence as fact from account_fact order by 1`,
    );
    return rows.map(({ fact }) => fact);
  }

  async backUp(): Promise<string> {
    const [, printed] = await ent(backup, 'create', '--json');
    return (JSON.parse(printed) as { folder: string }).folder;
  }

  async restore(folder: string, ...services: ServiceName[]): Promise<void> {
    const [status, printed] = await ent(backup, 'restore', folder, ...services);
    if (status !== 0) throw new Error(printed);
  }

  async stop(): Promise<void> {
    await ent(backup, 'drop-old');
    process.env = this.before;
    await rm(this.home, { recursive: true, force: true });
    for (const one of this.databases.values()) await one.drop();
    await this.messaging.stop();
  }
}

/** A fact made twice is refused by its key. */
async function keepFacts(
  events: ReceivedEvent<AccountStateChanged>[],
  context?: BatchContext,
): Promise<void> {
  await context!.tx.query(
    `insert into account_fact (account_id, sequence, effective_on, is_open, membership_id, item_code, uai)
     select account_id, sequence, '${day}', true, '', '', '' from unnest($1::uuid[], $2::bigint[]) as told (account_id, sequence)`,
    [events.map(({ body }) => body.accountId), events.map(({ body }) => body.sequence)],
  );
}

/** The second fact of `c` opens it; all others leave an account as little metered as it was. */
const statesOf = (id: string, sequence: number) => ({
  fromState: AccountState.PROVISIONING,
  toState: id.startsWith('c') && sequence === 2 ? AccountState.PROVISIONED : AccountState.FAILED,
});

/** `a` and a number: which account, by the first character of its id. */
export const account = (letter: string, sequence: number) => ({
  id: `${letter}0000000-0000-4000-8000-000000000000`,
  sequence,
});
