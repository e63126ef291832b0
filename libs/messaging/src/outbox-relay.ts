import type { Producer } from 'kafkajs';
import pg from 'pg';
import type { Logger } from '#libs/observability';
import { requireUnalteredRole } from '#libs/persistence';
import { BrokerConnections, leaveWithinMs } from './broker-connections.js';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import { beginIncarnation } from './incarnations.js';
import { LastNumbers } from './last-numbers.js';
import { readRows, rowIdsOf, takeRows } from './outbox-rows.js';
import { keyPartitioner } from './partition-of.js';
import {
  fixRows,
  forgetRows,
  type Lease,
  releaseLease,
  renewLease,
  type Sent,
  takeLease,
} from './relay-lease.js';
import type { SigningKey } from './proofs/fact-keys.js';
import { type NumberedRow, type Outcome, sendBatch, sendInParts, type Way } from './send-rows.js';
import {
  type Addressed,
  clearSent,
  countUnsent,
  Refusals,
  refusalOf,
  setAside,
} from './unsent-keys.js';

export type OutboxRelayOptions = KafkaAddress & {
  readonly service: string;
  readonly databaseUrl: string;
  /** The service's private key, which proves that it wrote its records (FCT-1). Read before each batch. */
  readonly signingKey: { current(): SigningKey };
  /** Rows sent at once. */
  readonly rowsMax?: number;
  /** Bytes read and sent at once (a topic takes batches of 4 MiB). */
  readonly bytesMax?: number;
  /** A holder that has not renewed its lease for so long is succeeded. */
  readonly leaseMs?: number;
  /** A send is tried so often again, ever later, until what it fails by is looked at. */
  readonly sendRetries?: number;
  /** What the broker refuses is tried again after so long, then after ever longer, up to an hour. */
  readonly retryUnsentAfterMs?: number;
};

/**
 * Publishes the outbox in order. One relay per database is active, by a lease that it renews; another takes
 * over when the holder is dead, frozen or cut off, and what the former one still writes is refused by its
 * fence. It stores which rows go next, and under which numbers, before sending: after a crash the same rows
 * go again under the same numbers, and consumers drop what they have. Rows are taken from the start each
 * time: a cursor would overtake a late commit. A row that the broker refuses is set aside with all later ones
 * of its key (`UnsentKeys`); its number stays unused, so that the others keep theirs.
 */
export class OutboxRelay {
  private readonly rowsMax: number;
  private readonly bytesMax: number;
  private readonly leaseMs: number;
  private readonly sendRetries: number;
  private readonly retryUnsentAfterMs: number;
  private stopping = false;
  /** The broker refuses something. */
  private careful = false;
  private running: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
  private connections = new BrokerConnections();
  private refuseSending: () => void = () => undefined;
  private lastWrite = 0;

  constructor(
    private readonly options: OutboxRelayOptions,
    private readonly logger: Logger,
  ) {
    this.rowsMax = options.rowsMax ?? 5_000;
    this.bytesMax = options.bytesMax ?? 3_000_000;
    this.leaseMs = options.leaseMs ?? 8_000;
    this.sendRetries = options.sendRetries ?? 10;
    this.retryUnsentAfterMs = options.retryUnsentAfterMs ?? 60_000;
  }

  /** Returns at once; PostgreSQL and Kafka may come up later. */
  start(): void {
    this.running ??= this.runUntilStopped();
  }

  /** The batch on its way is finished first, where the broker takes it in time; else it goes again, as after a kill. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp();
    const timer = setTimeout(() => {
      this.connections.cut();
      this.refuseSending();
    }, leaveWithinMs);
    await this.running;
    clearTimeout(timer);
    this.connections.cut();
  }

  /** This process has written: look soon and often for a moment, instead of rarely. */
  wake(): void {
    this.lastWrite = performance.now();
    this.wakeUp();
  }

  private async runUntilStopped(): Promise<void> {
    for (let failures = 0; !this.stopping; failures += 1) {
      const begun = performance.now();
      try {
        await this.runOnce();
      } catch (error) {
        this.logger.error({ err: error }, 'outbox relay interrupted, it starts again');
        if (performance.now() - begun > 60_000) failures = 0;
        await this.rest(Math.min(200 * 2 ** failures, 5_000));
      }
    }
  }

  /** One connection to each side, until the end, a fault, or a change between calm and careful. */
  private async runOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: `ent-${this.options.service}-relay`,
      keepAlive: true,
      options: '-c timezone=UTC -c statement_timeout=0 -c lock_timeout=5s',
    });
    client.on('error', (error) => this.logger.warn({ err: error }, 'outbox relay lost PostgreSQL'));
    let producer: Producer | undefined;
    try {
      await client.connect();
      await requireUnalteredRole(client);
      const lease = await this.becomeActive(client);
      if (!lease) return;
      this.careful ||= (await countUnsent(client)) > 0;
      producer = this.createProducer();
      if (!(await this.connects(producer))) return;
      await this.relay(client, producer, lease);
      await releaseLease(client, lease);
    } finally {
      await Promise.allSettled([client.end(), producer?.disconnect()]);
    }
  }

  /**
   * Careful, while the broker refuses something: what is refused is known soon; and not idempotent, since a part
   * of a batch that was taken would come again with others around it, which the broker would refuse.
   */
  private createProducer(): Producer {
    const { service } = this.options;
    const careful = this.careful;
    this.connections = new BrokerConnections();
    const { options, logger, connections } = this;
    return createKafka(`ent-${service}-relay`, options, logger, connections).producer({
      createPartitioner: keyPartitioner,
      allowAutoTopicCreation: false,
      idempotent: !careful,
      maxInFlightRequests: 1,
      retry: {
        retries: connections.retries(careful ? Math.min(3, this.sendRetries) : this.sendRetries),
        initialRetryTime: 100,
        maxRetryTime: 2_000,
      },
    });
  }

  /** False: asked to stop meanwhile. A broker that is away is tried for a minute, which no closing waits for. */
  private async connects(producer: Producer): Promise<boolean> {
    const connected = producer.connect();
    const stopped = new Promise<void>((resolve) => {
      this.wakeUp = () => {
        if (this.stopping) resolve();
      };
    });
    await Promise.race([connected, stopped]);
    if (!this.stopping) return connected.then(() => true);
    connected.then(() => producer.disconnect()).catch(() => undefined);
    return false;
  }

  private async becomeActive(client: pg.Client): Promise<Lease | undefined> {
    while (!this.stopping) {
      const lease = await takeLease(client, this.leaseMs);
      if (lease) return lease;
      await this.rest(Math.min(500, this.leaseMs / 4));
    }
    return undefined;
  }

  private async relay(client: pg.Client, producer: Producer, lease: Lease): Promise<void> {
    const { rowsMax, bytesMax } = this;
    let { nextSeq, ids } = lease;
    let numbers = await LastNumbers.read(client);
    let incarnation = await beginIncarnation(client, lease.fence);
    // Rows of before go under the incarnation of before; then it is looked at again.
    let resumes = ids !== undefined;
    let signedWith: string | undefined;
    let smallInARow = 0;
    let renewedAt = performance.now();
    while (!this.stopping) {
      const rows = ids
        ? await readRows(client, ids)
        : await takeRows(client, { rowsMax, bytesMax, careful: this.careful });
      if (rows.length === 0) {
        smallInARow = 0;
        if (performance.now() - renewedAt > this.leaseMs / 4) {
          await renewLease(client, lease);
          renewedAt = performance.now();
        }
        await this.waitForWrites();
        continue;
      }
      if (ids === undefined) {
        if (resumes) incarnation = await beginIncarnation(client, lease.fence);
        resumes = false;
        ids = rowIdsOf(rows);
        await fixRows(client, lease, ids);
      }
      const first = nextSeq;
      const key = this.options.signingKey.current();
      if (key.kid !== signedWith) {
        await client.query('select platform.note_signing_key($1, $2)', [lease.fence, key.kid]);
        signedWith = key.kid;
      }
      const numbered = rows.map((row, n): NumberedRow => ({ row, seq: first + BigInt(n) }));
      const outcome = await this.renewing(
        client,
        lease,
        this.send(producer, numbered, { incarnation, numbers, key }),
      );
      if (!outcome) return;
      const { sent, refusals } = outcome;
      const refused = refusals.list();
      if (refused.length > 0) {
        this.logger.error({ refused }, 'the broker refuses events: they and their keys wait');
        await setAside(client, refused, this.retryUnsentAfterMs);
      }
      nextSeq += BigInt(rows.length);
      const left = await this.forget(client, lease, {
        ...{ rows: sent, archived: outcome.archived, numbers: outcome.numbers.since(numbers) },
        ...{ through: sent.filter((row) => !refusals.has(row)) },
      });
      numbers = outcome.numbers;
      renewedAt = performance.now();
      ids = undefined;
      if (this.careful) {
        this.careful = left > 0;
        if (!this.careful) return;
      }
      smallInARow = rows.length < smallBatchMax ? smallInARow + 1 : 0;
      if (smallInARow > 0) await this.gather(smallInARow);
    }
  }

  /**
   * Rows and refused keys leave in one transaction: between two, a crash would leave the alert of a key that
   * has no row left. Returns how many keys still wait.
   * @throws {RelaySucceeded}
   */
  private async forget(
    client: pg.Client,
    lease: Lease,
    sent: Sent & { readonly through: readonly Addressed[] },
  ): Promise<number> {
    if (!this.careful) {
      await forgetRows(client, lease, sent);
      return 0;
    }
    await client.query('begin');
    await forgetRows(client, lease, sent);
    const left = await clearSent(client, sent.through);
    await client.query('commit');
    return left;
  }

  /** A broker that is away holds the sending up, not the lease. */
  private async renewing<T>(client: pg.Client, lease: Lease, sending: Promise<T>): Promise<T> {
    let renewed: Promise<void> | undefined;
    const timer = setInterval(() => {
      // Lost in between: the next write is refused, and says so.
      renewed = renewLease(client, lease).catch(() => undefined);
    }, this.leaseMs / 4);
    try {
      const refused = new Promise<never>((_resolve, reject) => {
        this.refuseSending = () => reject(new Error('closing, and the broker is silent'));
      });
      return await Promise.race([sending, refused]);
    } finally {
      clearInterval(timer);
      await renewed;
    }
  }

  /** Undefined: the broker refuses something, so the same rows go again, carefully. */
  private async send(
    producer: Producer,
    rows: readonly NumberedRow[],
    { incarnation, numbers, key }: Omit<Way, 'namespace'> & { numbers: LastNumbers },
  ): Promise<Outcome | undefined> {
    const way = { incarnation, key, namespace: this.options.namespace ?? '' };
    const outcome: Outcome = { sent: [], archived: [], refusals: new Refusals(), numbers };
    if (this.careful) {
      await sendInParts(producer, rows, way, outcome);
      return outcome;
    }
    try {
      await sendBatch(producer, rows, way, outcome);
      return outcome;
    } catch (error) {
      if (!refusalOf(error)) throw error;
      this.careful = true;
      return undefined;
    }
  }

  /** 5 ms soon after a write of this process, then ever longer, up to 250 ms: other processes may write too. */
  private async waitForWrites(): Promise<void> {
    const idleMs = performance.now() - this.lastWrite;
    await this.rest(Math.min(Math.max(5, idleMs / 20), 250));
  }

  /**
   * A batch costs more than the events of a small one: two writes here, the broker, and a transaction for each partition
   * in every consumer. So under a stream of small ones the next gathers for a while, twice as long each time; what comes
   * after a silence goes at once.
   */
  private async gather(smallInARow: number): Promise<void> {
    const ms = gatherFirstMs * 2 ** (smallInARow - 1);
    await this.rest(Math.min(ms, gatherMaxMs), { undisturbed: true });
  }

  /** Until a write of this process, or so long; undisturbed: so long, unless the relay is stopped. */
  private async rest(ms: number, { undisturbed = false } = {}): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        if (undisturbed && !this.stopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Of so many rows a batch pays for itself. */
const smallBatchMax = 500;
const gatherFirstMs = 20;
const gatherMaxMs = 400;
