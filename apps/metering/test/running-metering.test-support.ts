import type { INestApplication } from '@nestjs/common';
import {
  AccountDaysToldSchema,
  AccountState,
  AccountStateChangedSchema,
  allTopics,
  BusinessDayStartedSchema,
  event,
  MembershipAcceptedSchema,
  MeteringService,
  type NewEvent,
  OperationsService,
  Profile,
  topics,
} from '#libs/contracts';
import { partitionOf } from '#libs/messaging';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { bootstrapService } from '#libs/service';
import {
  type FreshDatabase,
  freePort,
  freshDatabase,
  MessagingBed,
  StandInIssuer,
  StandInService,
  testFactKeySettings,
} from '#libs/testing';
import { meteringSettings } from '../src/config.js';
import { MeteringModule } from '../src/metering.module.js';

export let issuer: StandInIssuer;
export let fresh: FreshDatabase;
export let kafka: MessagingBed;
export let app: INestApplication;
export let metering: RpcClient<typeof MeteringService>;
export let operations: RpcClient<typeof OperationsService>;
/** The address of its light FLOWING. */
export let flowing: string;
let provisioning: StandInService;
let provisioningStatus: object = {};

/** What provisioning says of itself from now on. */
export const provisioningSays = (status: object) => (provisioningStatus = status);

export const as = async (roles: string[], claims: Record<string, unknown> = {}) => ({
  token: await issuer.token('metering', { roles, ...claims }),
  deadlineMs: 20_000,
});
export const player = () => as(['player']);

/** The whole service on real Kafka and PostgreSQL, for the tests of a file. */
export function runningMetering(): void {
  beforeAll(async () => {
    issuer = await StandInIssuer.start();
    provisioning = await StandInService.start(OperationsService, {
      GetStatus: () => provisioningStatus,
    });
    fresh = await freshDatabase('metering');
    kafka = await MessagingBed.start(allTopics);
    kafka.relay();
    process.env['KAFKA_NAMESPACE'] = kafka.namespace;
    process.env['CALENDAR_PATIENCE_MINUTES'] = '0.02';
    const settings = meteringSettings.parse({
      DATABASE_URL: fresh.url,
      ANCHOR_FOLDER: fresh.anchorFolder,
      ...testFactKeySettings(),
      CALENDAR: 'player',
      KAFKA_BROKERS: kafka.brokers.join(),
      GRPC_PORT: await freePort(),
      HTTP_PORT: await freePort(),
      ISSUER_URL: issuer.url,
      CLIENT_SECRET: 'not-a-secret',
      LOG_LEVEL: 'error',
      DRAIN_SECONDS: 1,
      PROVISIONING_RPC: provisioning.address,
    });
    app = await bootstrapService({
      name: 'metering',
      module: MeteringModule.with(settings),
      settings,
    });
    flowing = `http://127.0.0.1:${settings.HTTP_PORT}/health/flowing`;
    const address = `127.0.0.1:${settings.GRPC_PORT}`;
    metering = createRpcClient(MeteringService, { address });
    operations = createRpcClient(OperationsService, { address });
  }, 90_000);

  afterAll(async () => {
    metering?.close();
    operations?.close();
    if (app?.getHttpServer()?.listening) await app.close();
    await kafka?.stop();
    provisioning?.stop();
    issuer?.stop();
    await fresh?.drop();
    delete process.env['KAFKA_NAMESPACE'];
    delete process.env['CALENDAR_PATIENCE_MINUTES'];
  }, 90_000);
}

export const itemCode = 'COMPTE_ELEVE';
export const period = { startsOn: '2022-10-19', endsOn: '2023-01-19' };

export const accepted = (membershipId: string) =>
  event(MembershipAcceptedSchema, membershipId, {
    membershipId,
    membershipVersion: 1,
    organisation: { organisationId: `org-${membershipId}` },
    marketCode: 'e-primo-2022',
  });

/** An account's nth fact. */
export function becomes(
  accountId: string,
  sequence: number,
  toState: AccountState,
  effectiveOn: string,
): NewEvent {
  return event(AccountStateChangedSchema, accountId, {
    accountId,
    sequence,
    profile: Profile.STUDENT,
    toState,
    effectiveOn,
    uai: '0440437L',
    membershipId: 'm1',
    itemCode,
  });
}

/** As provisioning states it, partition by partition. */
export const daysTold = (before: string): NewEvent[] =>
  Array.from({ length: topics.account.partitions }, (_, partition) => {
    let n = 0;
    while (partitionOf(`told-${n}`, topics.account.partitions) !== partition) n += 1;
    return event(AccountDaysToldSchema, `told-${n}`, { before });
  });

export const day = (date: string) =>
  kafka.emit(date, event(BusinessDayStartedSchema, 'calendar', { date }));

export async function quietAt(date: string): Promise<void> {
  await kafka.until(`metering is quiet at ${date}`, async () => {
    // The way that facts go: what leaves the bed after a look at metering is not seen by it.
    if ((await outboxOfBed()) !== '0') return false;
    const status = await operations.getStatus({}, await player());
    return status.businessDate === date && status.consumerLag === 0n;
  });
}

const outboxOfBed = async () =>
  (await kafka.row<{ n: string }>('select count(*)::text as n from platform.outbox')).n;

export const asked = { membershipId: 'm1', itemCode, period };
