import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import {
  allTopics,
  BusinessDayStartedSchema,
  event,
  ImportCompletedSchema,
  MembershipActivatedSchema,
  OperationsService,
  OrderSignedSchema,
  PersonChangedSchema,
  Profile,
  ProvisioningService,
  SchoolFinancedSchema,
  StructureChangedSchema,
} from '#libs/contracts';
import { type Caller, TokenVerifier } from '#libs/identity';
import { BatchConsumer, type CalendarMode } from '#libs/messaging';
import { createLogger, loggerToken } from '#libs/observability';
import { createRpcClient, packageDefinitionOf, type RpcClient } from '#libs/rpc';
import { AnyErrorFilter } from '#libs/service';
import {
  type FreshDatabase,
  freePort,
  freshDatabase,
  MessagingBed,
  required,
  callerOf,
  type CallerOf,
  testFactKeySettings,
} from '#libs/testing';
import { OpenEntNg } from '../../../test/simulators/open-ent-ng/open-ent-ng.js';
import { aMarket } from './people.test-support.js';
import { provisioningSettings } from '../src/config.js';
import { ProvisioningModule } from '../src/provisioning.module.js';

export const membershipId = randomUUID();
export const uai = '0440001M';
export const pupilCount = 30;

/** A token of the tests is the caller itself: signatures are the business of `libs/identity`. */
export const as = (caller: CallerOf) => ({
  token: Buffer.from(JSON.stringify(callerOf({ userId: 'u', ...caller }))).toString('base64url'),
});

/** The whole service: real Kafka, PostgreSQL and Redis, the simulated ENT, and the other services' events. */
export class RunningProvisioning {
  private constructor(
    readonly others: MessagingBed,
    readonly fresh: FreshDatabase,
    readonly ent: OpenEntNg,
    private readonly app: INestApplication,
    readonly accounts: RpcClient<typeof ProvisioningService>,
    readonly operations: RpcClient<typeof OperationsService>,
    readonly rpcAddress: string,
  ) {}

  /** On 2022-09-05, with 30 pupils in one school and 20 seats: accounts, and who waits for one, are settled. */
  static async start(calendar: CalendarMode = 'player'): Promise<RunningProvisioning> {
    const others = await MessagingBed.start(allTopics);
    const fresh = await freshDatabase('provisioning');
    await fresh.asOwner('update platform.calendar_mode set mode = $1', [calendar]);
    const ent = await OpenEntNg.start();
    process.env['KAFKA_NAMESPACE'] = others.namespace;
    const [grpcPort, httpPort] = [await freePort(), await freePort()];
    const settings = provisioningSettings.parse({
      DATABASE_URL: fresh.url,
      ANCHOR_FOLDER: fresh.anchorFolder,
      ...testFactKeySettings(),
      CALENDAR: calendar,
      KAFKA_BROKERS: required('KAFKA_BROKERS'),
      GRPC_PORT: grpcPort,
      HTTP_PORT: httpPort,
      ISSUER_URL: 'http://127.0.0.1:9',
      CLIENT_SECRET: 'a-secret-of-tests',
      LOG_LEVEL: 'error',
      DRAIN_SECONDS: 0,
      REDIS_URL: required('REDIS_URL'),
      BILLING_RPC: 'unused:1',
      REDIS_PREFIX: `test-${randomUUID().slice(0, 8)}`,
      ENT_URL: ent.url,
      ENT_PASSWORD: 'connecteur-secret',
    });
    const testing = await Test.createTestingModule({ imports: [ProvisioningModule.with(settings)] })
      .overrideProvider(TokenVerifier)
      .useValue({
        verify: (token: string) =>
          Promise.resolve(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Caller),
      })
      .overrideProvider(loggerToken)
      .useValue(createLogger('test', process.env['TEST_LOG_LEVEL'] ?? 'silent'))
      .compile();
    const app = testing.createNestApplication();
    app.useGlobalFilters(new AnyErrorFilter(app.get(loggerToken)));
    const services = [ProvisioningService, OperationsService];
    app.connectMicroservice(
      {
        transport: Transport.GRPC,
        options: {
          url: `127.0.0.1:${grpcPort}`,
          package: services.map((service) => service.file.proto.package),
          packageDefinition: packageDefinitionOf(services),
        },
      },
      { inheritAppConfig: true },
    );
    app.connectMicroservice(
      { strategy: app.get(BatchConsumer, { strict: false }) },
      { inheritAppConfig: true },
    );
    await app.startAllMicroservices();
    await app.init();
    const address = `127.0.0.1:${grpcPort}`;
    const running = new RunningProvisioning(
      others,
      fresh,
      ent,
      app,
      createRpcClient(ProvisioningService, { address }),
      createRpcClient(OperationsService, { address }),
      address,
    );
    await running.tellFirstDays();
    await running.untilQuiet();
    return running;
  }

  /** Why facts do not flow in, or undefined. */
  fault(): string | undefined {
    return this.app.get(BatchConsumer, { strict: false }).fault();
  }

  async stop(): Promise<void> {
    this.accounts.close();
    this.operations.close();
    await this.app.close();
    await this.ent.stop();
    await this.others.stop();
    await this.fresh.drop();
  }

  /** Outbox of the others empty, no lag, no work: two looks alike. */
  async untilQuiet(): Promise<void> {
    const { others, operations } = this;
    let looks = 0;
    await others.until(
      'quiet',
      async () => {
        const status = await operations.getStatus({}, as({ roles: ['player'] }));
        const { n } = await others.row<{ n: number }>(
          'select count(*)::int as n from platform.outbox',
        );
        const isQuiet =
          n + Number(status.outboxPending + status.consumerLag + status.workPending) === 0;
        looks = isQuiet && status.businessDate !== '' ? looks + 1 : 0;
        return looks >= 3;
      },
      60_000,
    );
  }

  private async tellFirstDays(): Promise<void> {
    const { others } = this;
    others.relay();
    await others.emit(
      '2022-07-19',
      event(BusinessDayStartedSchema, 'calendar', { date: '2022-07-19' }),
    );
    await others.emit('2022-07-19', ...membershipEvents());
    await others.emit(
      '2022-09-05',
      event(BusinessDayStartedSchema, 'calendar', {
        date: '2022-09-05',
        order: { stoodOn: '2022-07-19', untilOn: '2022-09-05', reference: 'Ordre n° 1' },
      }),
    );
    await others.emit('2022-09-05', ...directoryEvents());
  }
}

function membershipEvents() {
  const period = { startsOn: '2022-07-19', endsOn: '2026-07-19' };
  return [
    event(MembershipActivatedSchema, membershipId, {
      membershipId,
      organisation: { organisationId: 'org', name: 'Commune', siren: '214400012', kind: 'COMMUNE' },
      market: aMarket(),
      period,
    }),
    anOrder(20),
    event(SchoolFinancedSchema, membershipId, {
      membershipId,
      uai,
      period: { startsOn: '2022-07-19' },
    }),
  ];
}

/** Of pupils who are there: they leave on that day, by an import of their school. */
export function leaving(personIds: readonly string[], endsOn: string) {
  const importId = randomUUID();
  const people = personIds.map((personId, index) =>
    event(PersonChangedSchema, personId, {
      ...{ personId, lastName: 'Inventé', firstName: `Parti${index}`, birthDate: '2014-05-06' },
      ...{ revision: 2, importId, sourceKey: personId },
      enrolments: [
        {
          ...{ profile: Profile.STUDENT, uai, classLabel: 'CP' },
          period: { startsOn: '2022-09-01', endsOn },
        },
      ],
    }),
  );
  const personEvents = people.length;
  return [
    ...people,
    event(ImportCompletedSchema, importId, { importId, personEvents, uais: [uai] }),
  ];
}

/** Of 2022-07-19 on, for the one membership. */
export function anOrder(delta: number) {
  const line = { itemCode: 'ELEVE', effectiveFrom: '2022-07-19', delta };
  return event(OrderSignedSchema, membershipId, {
    membershipId,
    order: { orderId: randomUUID(), lines: [line] },
  });
}

function directoryEvents() {
  const importId = randomUUID();
  const people = Array.from({ length: pupilCount }, (_, index) => {
    const personId = randomUUID();
    return event(PersonChangedSchema, personId, {
      personId,
      lastName: 'Inventé',
      firstName: `Élève${index}`,
      birthDate: '2014-05-06',
      revision: 1,
      importId,
      sourceKey: String(index),
      enrolments: [
        { profile: Profile.STUDENT, uai, period: { startsOn: '2022-09-01' }, classLabel: 'CP' },
      ],
    });
  });
  return [
    event(StructureChangedSchema, uai, { uai, name: 'École inventée', revision: 1 }),
    ...people,
    event(ImportCompletedSchema, importId, {
      importId,
      personEvents: pupilCount,
      uais: [uai],
    }),
  ];
}
