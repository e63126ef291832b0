import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { topicNamed } from '#libs/contracts';
import { ServiceTokens } from '#libs/identity';
import { Health, loggerToken, type Logger } from '#libs/observability';
import { Anchoring, CheckAnchors, Database, UnitOfWork } from '#libs/persistence';
import { Proposals } from '#libs/proposals';
import { AcknowledgeBreaks } from './acknowledge-breaks.js';
import { BatchConsumer } from './batch-consumer.strategy.js';
import { leaveWithinMs } from './broker-connections.js';
import { BusinessDate, PgBusinessDate } from './business-date.js';
import { BusinessDayKeeper, type DayHandler } from './business-day-keeper.js';
import { type Consumption, plansOf } from './consumption.js';
import { CalendarAgreement, type CalendarMode } from './calendar-mode.js';
import { showOwnFigures, showTopicFigures } from './messaging-metrics.js';
import { FileKeyRing, FileSigningKey } from './proofs/fact-keys.js';
import { ForeignRecords } from './foreign-records.js';
import { ArchivedFacts } from './archived-facts.js';
import { OwnerFacts } from './owner-facts.grpc-gateway.js';
import { HeldUp } from './held-up.js';
import { LoggedStates } from './logged-states.js';
import type { MembershipTable } from './market-of.js';
import { MessagingStatus, type PendingWork } from './messaging-status.js';
import { NewestStates } from './newest-states.js';
import { OperationsRpc } from './operations.rpc.js';
import { OutboxRelay } from './outbox-relay.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import { Outbox } from './outbox.js';
import { ParkedEvents } from './parked-events.js';
import { type PersonalData, PersonalDataOfService } from './personal-data.js';
import { PositionDecisions } from './position-decisions.js';
import { SkipParked } from './skip-parked.js';
import { ServiceName } from './service-name.js';
import { StateDigests, type StateTable } from './state-digests.js';
import { TopicEnds } from './topic-ends.js';
import { type KeptIds, Traces } from './traces.js';
import { UnsentKeys } from './unsent-keys.js';

export type MessagingOptions = {
  readonly service: string;
  readonly brokers: readonly string[];
  /** The service's own database: the relay keeps a connection of its own to it. */
  readonly databaseUrl: string;
  /** Files: the service's private key, and the public keys of all owners (FCT-1). */
  readonly factKeys: { readonly own: string; readonly ring: string };
  readonly calendar: CalendarMode;
  readonly consumes?: Consumption;
  /** What falls due on a day; providers of any module of the service. Called in this order. */
  readonly dayHandlers?: readonly Type<DayHandler>[];
  /** What GetStatus counts as work_pending: queues, rows that wait. Providers of any module. */
  readonly pendingWork?: readonly Type<PendingWork>[];
  /** Where the state of compacted topics is kept, for the check that a copy equals its owner's. */
  readonly states?: readonly StateTable[];
  /** Where the service's own tables may go on saying the id of who was erased, and why (SUP-4). */
  readonly keepsIds?: KeptIds;
  /** Tells what the service holds of a person (RGPD art. 15); a provider of any module. Absent: nothing of anybody. */
  readonly personalData?: Type<PersonalData>;
  /** Where memberships are known with their market: an event of one belongs to it. */
  readonly memberships?: MembershipTable;
  /** Put before topic and group names, to keep test runs apart on one broker. */
  readonly namespace?: string;
  readonly concurrency?: number;
  /** Milliseconds without an answer of the broker until FLOWING turns red. */
  readonly brokerSilentAfterMs?: number;
};

const figuresEveryMs = 5_000;

/** Keeps the gauges near the truth, and closes the connection that asks the broker. */
class FiguresLife
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private timer: NodeJS.Timeout | undefined;
  private patience: NodeJS.Timeout | undefined;

  constructor(
    private readonly status: MessagingStatus,
    private readonly ends: TopicEnds,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      // The answer may be awaited for minutes.
      if (this.ends.silence()) showTopicFigures(undefined);
      this.status.ownFigures().then(showOwnFigures, (error: unknown) => {
        this.logger.debug({ err: error }, 'own figures not read');
      });
      this.status.topicFigures().then(showTopicFigures, () => showTopicFigures(undefined));
    }, figuresEveryMs);
    this.timer.unref();
  }

  /** The requests in flight end, also those that ask a broker which does not answer. */
  beforeApplicationShutdown(): void {
    this.patience = setTimeout(() => void this.ends.close(), leaveWithinMs);
  }

  onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    clearTimeout(this.patience);
    return this.ends.close();
  }
}

/** Facts go out, and stop coming in and going out together: each may wait for the broker. */
class FactsLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly relay: OutboxRelay,
    private readonly consumer: BatchConsumer,
  ) {}

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  /** Before HTTP is closed, which may take as long as its clients like. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.consumer.close(), this.relay.stop()]);
  }
}

/** Releases by itself what was set aside until a day that has come, and says in FLOWING what still is. */
class CalendarRelease implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> | undefined;

  constructor(
    private readonly parked: ParkedEvents,
    private readonly logger: Logger,
    private readonly health: Health | undefined,
  ) {}

  onModuleInit(): void {
    this.health?.add('FLOWING', 'calendar', () => this.parked.awaitsCalendar());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.work ??= this.release().finally(() => (this.work = undefined));
    }, figuresEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.work;
  }

  private async release(): Promise<void> {
    try {
      const released = await this.parked.releaseDue();
      if (released > 0) this.logger.info({ released }, 'released: their day has come');
    } catch (error) {
      this.logger.warn({ err: error }, 'what waits for its day is released later');
    }
  }
}

/** A service's outbox with its relay, its consumer and its business date, for every feature. */
@Global()
@Module({})
export class MessagingModule {
  static forService(options: MessagingOptions): DynamicModule {
    const { service, brokers, databaseUrl, dayHandlers = [], pendingWork = [] } = options;
    // Read where no setting reaches: test runs share a broker. Checked with the other settings (config).
    const namespace = options.namespace ?? process.env['KAFKA_NAMESPACE'] ?? '';
    const stalledAfterMs = Number(process.env['CONSUMER_STALLED_AFTER_MINUTES'] ?? 5) * 60_000;
    const calendarPatienceMs = Number(process.env['CALENDAR_PATIENCE_MINUTES'] ?? 10) * 60_000;
    const owners = [...plansOf(service, options.consumes ?? {}).keys()].flatMap(
      (topic) => topicNamed(topic)?.owner ?? [],
    );
    const keyRing = new FileKeyRing(options.factKeys.ring, [...new Set(owners)]);
    const signingKey = new FileSigningKey(options.factKeys.own, service, keyRing);
    const address = { service, brokers, namespace, keyRing };
    return {
      module: MessagingModule,
      controllers: [OperationsRpc],
      providers: [
        { provide: ServiceName, useValue: new ServiceName(service) },
        {
          provide: StateDigests,
          inject: [Database],
          useFactory: (database: Database) => new StateDigests(database, options.states ?? []),
        },
        {
          provide: Traces,
          inject: [Database, UnitOfWork],
          useFactory: (database: Database, unitOfWork: UnitOfWork) =>
            new Traces(database, unitOfWork, options.keepsIds ?? {}),
        },
        {
          provide: PersonalDataOfService,
          inject: [ModuleRef],
          useFactory: (modules: ModuleRef) =>
            new PersonalDataOfService(
              () =>
                options.personalData &&
                modules.get<PersonalData>(options.personalData, { strict: false }),
            ),
        },
        {
          provide: LoggedStates,
          inject: [TopicEnds, loggerToken],
          useFactory: (ends: TopicEnds, logger: Logger) => new LoggedStates(address, ends, logger),
        },
        {
          provide: TopicEnds,
          inject: [loggerToken, { token: Health, optional: true }],
          useFactory: (logger: Logger, health?: Health) => {
            const { brokerSilentAfterMs: silentAfterMs } = options;
            const ends = new TopicEnds(`ent-${service}-status`, address, logger, silentAfterMs);
            // A service that reads no topic does not ask.
            if (plansOf(service, options.consumes ?? {}).size > 0)
              health?.add('FLOWING', 'kafka-broker', () => ends.silence());
            return ends;
          },
        },
        {
          provide: MessagingStatus,
          inject: [Database, TopicEnds, BatchConsumer, ModuleRef],
          useFactory: (
            database: Database,
            ends: TopicEnds,
            consumer: BatchConsumer,
            modules: ModuleRef,
          ) =>
            new MessagingStatus(database, ends, [...consumer.plans.keys()], () =>
              pendingWork.map((work) => modules.get<PendingWork>(work, { strict: false })),
            ),
        },
        {
          provide: FiguresLife,
          inject: [MessagingStatus, TopicEnds, loggerToken],
          useFactory: (status: MessagingStatus, ends: TopicEnds, logger: Logger) =>
            new FiguresLife(status, ends, logger),
        },
        {
          provide: ParkedEvents,
          inject: [Database, UnitOfWork, BatchConsumer, loggerToken],
          useFactory: (
            database: Database,
            unitOfWork: UnitOfWork,
            consumer: BatchConsumer,
            logger: Logger,
          ) =>
            new ParkedEvents(
              database,
              unitOfWork,
              consumer,
              new NewestStates(service, address, logger),
              options.memberships,
            ),
        },
        {
          provide: ForeignRecords,
          inject: [Database, UnitOfWork],
          useFactory: (database: Database, unitOfWork: UnitOfWork) =>
            new ForeignRecords(database, unitOfWork),
        },
        {
          provide: ArchivedFacts,
          inject: [Database],
          useFactory: (database: Database) => new ArchivedFacts(database),
        },
        {
          provide: OwnerFacts,
          inject: [{ token: ServiceTokens, optional: true }],
          useFactory: (tokens?: ServiceTokens) => new OwnerFacts(tokens, process.env),
        },
        {
          provide: HeldUp,
          inject: [Database],
          useFactory: (database: Database) => new HeldUp(database),
        },
        {
          provide: PositionDecisions,
          inject: [Database, UnitOfWork, TopicEnds],
          useFactory: (database: Database, unitOfWork: UnitOfWork, ends: TopicEnds) =>
            new PositionDecisions(database, unitOfWork, ends),
        },
        {
          provide: SkipParked,
          inject: [UnitOfWork, ParkedEvents, Database, BusinessDate, Outbox, ServiceName],
          useFactory: (
            unitOfWork: UnitOfWork,
            parked: ParkedEvents,
            database: Database,
            businessDate: BusinessDate,
            outbox: Outbox,
            name: ServiceName,
          ) => {
            const proposals = new Proposals(database);
            return new SkipParked(unitOfWork, parked, proposals, businessDate, outbox, name);
          },
        },
        {
          provide: AcknowledgeBreaks,
          inject: [UnitOfWork, Anchoring, CheckAnchors, Database, BusinessDate],
          useFactory: (
            unitOfWork: UnitOfWork,
            anchoring: Anchoring,
            checkAnchors: CheckAnchors,
            database: Database,
            businessDate: BusinessDate,
          ) => {
            const proposals = new Proposals(database);
            return new AcknowledgeBreaks(
              unitOfWork,
              anchoring,
              checkAnchors,
              proposals,
              businessDate,
            );
          },
        },
        {
          provide: UnsentKeys,
          inject: [Database, { token: Health, optional: true }],
          useFactory: (database: Database, health?: Health) => {
            const keys = new UnsentKeys(database);
            health?.add('FLOWING', 'outbox-relay', () => keys.fault());
            return keys;
          },
        },
        {
          provide: CalendarRelease,
          inject: [ParkedEvents, loggerToken, { token: Health, optional: true }],
          useFactory: (parked: ParkedEvents, logger: Logger, health?: Health) =>
            new CalendarRelease(parked, logger, health),
        },
        {
          provide: OutboxRelay,
          inject: [loggerToken, { token: Health, optional: true }],
          useFactory: (logger: Logger, health?: Health) => {
            health?.add('FLOWING', 'fact-keys', () => keyRing.fault() ?? signingKey.fault());
            return new OutboxRelay({ ...address, databaseUrl, signingKey }, logger);
          },
        },
        {
          provide: FactsLife,
          inject: [OutboxRelay, BatchConsumer],
          useFactory: (relay: OutboxRelay, consumer: BatchConsumer) =>
            new FactsLife(relay, consumer),
        },
        {
          provide: Outbox,
          inject: [OutboxRelay],
          useFactory: (relay: OutboxRelay) => new PgOutbox(() => relay.wake()),
        },
        {
          provide: BusinessDate,
          inject: [Database],
          useFactory: (db: Database) => new PgBusinessDate(db),
        },
        {
          provide: BusinessDayKeeper,
          inject: [ModuleRef],
          useFactory: (modules: ModuleRef) =>
            new BusinessDayKeeper(
              () =>
                dayHandlers.map((handler) => modules.get<DayHandler>(handler, { strict: false })),
              options.calendar === 'clock' ? () => new Date() : undefined,
            ),
        },
        {
          provide: CalendarAgreement,
          inject: [Database, { token: Health, optional: true }],
          useFactory: (database: Database, health?: Health) =>
            new CalendarAgreement(database, options.calendar, health),
        },
        {
          provide: BatchConsumer,
          inject: [
            Database,
            UnitOfWork,
            BusinessDayKeeper,
            loggerToken,
            TopicEnds,
            OwnerFacts,
            { token: Health, optional: true },
          ],
          useFactory: (
            database: Database,
            unitOfWork: UnitOfWork,
            days: BusinessDayKeeper,
            logger: Logger,
            ends: TopicEnds,
            owners: OwnerFacts,
            health?: Health,
          ) =>
            new BatchConsumer(
              {
                ...address,
                consumes: options.consumes ?? {},
                stalledAfterMs,
                calendarPatienceMs,
                ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
              },
              {
                database,
                unitOfWork,
                days,
                logger,
                ends,
                keyRing,
                owners,
                ...(health ? { health } : {}),
              },
            ),
        },
      ],
      exports: [
        Outbox,
        OutboxRelay,
        BusinessDate,
        BusinessDayKeeper,
        BatchConsumer,
        HeldUp,
        LoggedStates,
        MessagingStatus,
        ParkedEvents,
        PersonalDataOfService,
        TopicEnds,
        Traces,
      ],
    };
  }
}
