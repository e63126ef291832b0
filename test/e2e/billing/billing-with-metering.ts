import { randomUUID } from 'node:crypto';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import type { INestApplication } from '@nestjs/common';
import { BillingModule } from '../../../apps/billing/src/billing.module.js';
import { billingSettings } from '../../../apps/billing/src/config.js';
import { meteringSettings } from '../../../apps/metering/src/config.js';
import { MeteringModule } from '../../../apps/metering/src/metering.module.js';
import {
  allTopics,
  BillingProposalService,
  BillingService,
  DocumentService,
  MembershipService,
  MeteringService,
  OperationsService,
  StaffService,
} from '#libs/contracts';
import { registry } from '#libs/observability';
import { createRpcClient, definitionOf, type RpcClient } from '#libs/rpc';
import { bootstrapService } from '#libs/service';
import {
  freePort,
  type FreshDatabase,
  freshDatabase,
  MessagingBed,
  testFactKeySettings,
} from '#libs/testing';
import { agreeOnPrices } from '../../support/market/agree-on-prices.js';
import { StandInIssuer } from './stand-in-issuer.js';

/**
 * Billing and metering as they run, with their gRPC between them, on real Kafka and PostgreSQL. What
 * membership and provisioning would answer, the test says.
 */
export class BillingWithMetering {
  /** What membership says of its ledgers. */
  heads: readonly object[] = [];
  /** What directory calls schools. */
  schools: readonly object[] = [];
  /** What provisioning says of itself. */
  provisioning: object = {};
  billing!: RpcClient<typeof BillingService>;
  proposals!: RpcClient<typeof BillingProposalService>;
  metering!: RpcClient<typeof MeteringService>;
  kafka!: MessagingBed;
  billingAddress = '';
  /** Of membership, directory and provisioning. */
  othersAddress = '';
  meteringAddress = '';
  private readonly apps: INestApplication[] = [];
  private readonly databases: FreshDatabase[] = [];
  private issuer!: StandInIssuer;
  private readonly others = new GrpcServer();

  /** `billedByCalendar`: the market whose runs begin with the day. */
  static async start(billedByCalendar = ''): Promise<BillingWithMetering> {
    const one = new BillingWithMetering();
    await one.start(billedByCalendar);
    return one;
  }

  private async start(billedByCalendar: string): Promise<void> {
    this.issuer = await StandInIssuer.start();
    this.othersAddress = `127.0.0.1:${await this.startOthers()}`;
    this.kafka = await MessagingBed.start(allTopics);
    this.kafka.relay();
    process.env['KAFKA_NAMESPACE'] = this.kafka.namespace;
    const metering = meteringSettings.parse({
      ...(await this.common('metering')),
      PROVISIONING_RPC: this.othersAddress,
    });
    await this.run('metering', MeteringModule.with(metering), metering);
    const billing = billingSettings.parse({
      ...(await this.common('billing')),
      MEMBERSHIP_RPC: this.othersAddress,
      METERING_RPC: `127.0.0.1:${metering.GRPC_PORT}`,
      METERING_WAIT_MS: 1_000,
      BILLED_BY_CALENDAR: billedByCalendar,
    });
    await this.run('billing', BillingModule.with(billing), billing);
    const at = (port: number) => ({ address: `127.0.0.1:${port}` });
    this.billingAddress = at(billing.GRPC_PORT).address;
    this.meteringAddress = at(metering.GRPC_PORT).address;
    this.billing = createRpcClient(BillingService, at(billing.GRPC_PORT));
    this.proposals = createRpcClient(BillingProposalService, at(billing.GRPC_PORT));
    this.metering = createRpcClient(MeteringService, at(metering.GRPC_PORT));
  }

  async stop(): Promise<void> {
    this.billing.close();
    this.proposals.close();
    this.metering.close();
    for (const app of this.apps.reverse()) await app.close();
    await this.kafka.stop();
    this.others.forceShutdown();
    this.issuer.stop();
    for (const database of this.databases) await database.drop();
    delete process.env['KAFKA_NAMESPACE'];
  }

  get issuerUrl(): string {
    return this.issuer.url;
  }

  async as(
    service: 'billing' | 'metering',
    roles: readonly string[] = ['player'],
    subject = `${roles[0]}-1`,
  ) {
    return { token: await this.issuer.token(service, roles, subject), deadlineMs: 20_000 };
  }

  /** Two persons agree on a BPU. */
  async prices(marketCode: string, bpu: string): Promise<void> {
    const content = Buffer.from(bpu);
    const asked = { marketCode, content, documentId: 'bpu', idempotencyKey: randomUUID() };
    await agreeOnPrices(this.proposals, asked, {
      supplier: await this.as('billing', ['supplier']),
      coordinator: await this.as('billing', ['coordinator']),
    });
  }

  /** The day each of the two stands at, billing first. */
  async days(): Promise<(string | null | undefined)[]> {
    const asked = this.databases.map(({ database }) =>
      database.query<{ day: string | null }>('select day from platform.business_day'),
    );
    return (await Promise.all(asked)).map(({ rows }) => rows[0]?.day).reverse();
  }

  /** As the database of billing has them. */
  async billingRows(text: string): Promise<object[]> {
    const { rows } = await this.databases[1]!.database.query<Record<string, unknown>>(text);
    return rows;
  }

  /** As metering's own service may, with the same rights. */
  async meteringRows(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.databases[0]!.database.query<Record<string, unknown>>(text, values)).rows;
  }

  private async common(service: string) {
    const fresh = await freshDatabase(service);
    this.databases.push(fresh);
    return {
      DATABASE_URL: fresh.url,
      ANCHOR_FOLDER: fresh.anchorFolder,
      ...testFactKeySettings(),
      CALENDAR: 'player',
      KAFKA_BROKERS: this.kafka.brokers.join(),
      GRPC_PORT: await freePort(),
      HTTP_PORT: await freePort(),
      ISSUER_URL: this.issuer.url,
      CLIENT_SECRET: 'not-a-secret',
      LOG_LEVEL: 'error',
      DRAIN_SECONDS: 0,
    };
  }

  private async run(
    name: string,
    module: Parameters<typeof bootstrapService>[0]['module'],
    settings: Parameters<typeof bootstrapService>[0]['settings'],
  ) {
    const before = new Set(metricNames());
    this.apps.push(await bootstrapService({ name, module, settings }));
    // Two services in one process: each registers the metrics of the process.
    for (const one of metricNames()) if (!before.has(one)) registry.removeSingleMetric(one);
  }

  private startOthers(): Promise<number> {
    type Answer = (error: null, value: object) => void;
    this.others.addService(definitionOf(MembershipService), {
      ListLedgerHeads: (_call: unknown, answer: Answer) => answer(null, { heads: this.heads }),
    });
    // Every paper that is asked for is the market's BPU.
    const document = { kind: 'BPU', marketCode: 'e-primo-2022', sha256: 'ab'.repeat(32) };
    this.others.addService(definitionOf(DocumentService), {
      GetDocument: (_call: unknown, answer: Answer) => answer(null, { document }),
    });
    this.others.addService(definitionOf(StaffService), {
      NameSchools: (_call: unknown, answer: Answer) => answer(null, { schools: this.schools }),
    });
    this.others.addService(definitionOf(OperationsService), {
      GetStatus: (_call: unknown, answer: Answer) => answer(null, this.provisioning),
    });
    return new Promise((resolve, reject) =>
      this.others.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
  }
}

const metricNames = () => registry.getMetricsAsArray().map(({ name }) => name);
