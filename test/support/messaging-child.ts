import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { AccountMovedSchema, AccountStateChangedSchema } from '#libs/contracts';
import {
  BatchConsumer,
  type BatchContext,
  BusinessDayKeeper,
  OutboxRelay,
  type ReceivedEvent,
  TopicEnds,
} from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { Database, type Transaction, UnitOfWork } from '#libs/persistence';
import { recordEffects, testKeyRing, testSigningKey } from '#libs/testing';

/** A relay or a consumer in a process of its own, to be killed by a scenario. */
export type ChildPlan = {
  readonly role: 'relay' | 'consumer';
  readonly brokers: readonly string[];
  readonly namespace: string;
  readonly databaseUrl: string;
  /** The consumer kills itself right after this many commits, before it tells the broker. */
  readonly killAfterCommits?: number;
  /** Milliseconds that each run of events takes. */
  readonly slowMs?: number;
};

class DyingUnitOfWork extends UnitOfWork {
  private commits = 0;
  constructor(
    database: Database,
    private readonly killAfter: number,
  ) {
    super(database);
  }

  override async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await super.run(work);
    if (++this.commits === this.killAfter) process.kill(process.pid, 'SIGKILL');
    return result;
  }
}

const plan = JSON.parse(process.argv[2] ?? '{}') as ChildPlan;
const { brokers, namespace } = plan;
const logger = createLogger(`child-${plan.role}`, 'warn');

if (plan.role === 'relay') {
  const relay = new OutboxRelay(
    {
      ...{ service: 'child', brokers, namespace, databaseUrl: plan.databaseUrl, rowsMax: 50 },
      signingKey: testSigningKey,
    },
    logger,
  );
  relay.start();
  setInterval(() => relay.wake(), 250);
} else {
  const database = new Database({ url: plan.databaseUrl, poolMax: 6 });
  const consumer = new BatchConsumer(
    {
      service: 'membership',
      brokers,
      namespace,
      sessionTimeoutMs: 6_000,
      rebalanceTimeoutMs: 6_000,
      consumes: {
        'provisioning.account.v1': { handles: [AccountStateChangedSchema, AccountMovedSchema] },
      },
    },
    {
      database,
      unitOfWork: new DyingUnitOfWork(database, plan.killAfterCommits ?? Infinity),
      days: new BusinessDayKeeper(() => []),
      logger,
      keyRing: testKeyRing,
      ends: new TopicEnds('child', { brokers, namespace }, logger),
    },
  );
  const handle = async (events: ReceivedEvent[], context?: BatchContext) => {
    if (!context) throw new RangeError('a batch has a context');
    await recordEffects(context.tx, events);
    await sleep(plan.slowMs ?? 0);
  };
  consumer.addHandler(AccountStateChangedSchema.typeName, handle, true);
  consumer.addHandler(AccountMovedSchema.typeName, handle, true);
  consumer.listen((error) => {
    if (error) throw error as Error;
  });
  const told = new Set<string>();
  setInterval(() => {
    const fault = consumer.fault() ?? '';
    if (!fault.startsWith('POSITION_LOST') || told.has(fault)) return;
    told.add(fault);
    process.send?.(fault);
  }, 100);
}
