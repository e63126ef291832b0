import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Global,
  Module,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Health, LOGGER, type Logger } from '#libs/observability';
import { Database, UnitOfWork } from '#libs/persistence';
import { BatchConsumer } from './batch-consumer.strategy.js';
import { BusinessDate, PgBusinessDate } from './business-date.js';
import { BusinessDayKeeper, type DayHandler } from './business-day-keeper.js';
import type { Consumption } from './consumption.js';
import { OutboxRelay } from './outbox-relay.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import { Outbox } from './outbox.js';

export type MessagingOptions = {
  readonly service: string;
  readonly brokers: readonly string[];
  /** The service's own database: the relay keeps a connection of its own to it. */
  readonly databaseUrl: string;
  readonly consumes?: Consumption;
  /** What falls due on a day; providers of any module of the service. Called in this order. */
  readonly dayHandlers?: readonly Type<DayHandler>[];
  readonly namespace?: string;
  readonly concurrency?: number;
};

class RelayLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly relay: OutboxRelay) {}
  onApplicationBootstrap(): void {
    this.relay.start();
  }
  beforeApplicationShutdown(): Promise<void> {
    return this.relay.stop();
  }
}

/** A service's outbox with its relay, its consumer and its business date, for every feature. */
@Global()
@Module({})
export class MessagingModule {
  static forService(options: MessagingOptions): DynamicModule {
    const { service, brokers, databaseUrl, dayHandlers = [] } = options;
    // Read where no setting reaches: test runs share a broker.
    const namespace = options.namespace ?? process.env['KAFKA_NAMESPACE'] ?? '';
    const address = { service, brokers, namespace };
    return {
      module: MessagingModule,
      providers: [
        {
          provide: OutboxRelay,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new OutboxRelay({ ...address, databaseUrl }, logger),
        },
        {
          provide: RelayLife,
          inject: [OutboxRelay],
          useFactory: (relay: OutboxRelay) => new RelayLife(relay),
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
            new BusinessDayKeeper(() =>
              dayHandlers.map((handler) => modules.get<DayHandler>(handler, { strict: false })),
            ),
        },
        {
          provide: BatchConsumer,
          inject: [
            Database,
            UnitOfWork,
            BusinessDayKeeper,
            LOGGER,
            { token: Health, optional: true },
          ],
          useFactory: (
            database: Database,
            unitOfWork: UnitOfWork,
            days: BusinessDayKeeper,
            logger: Logger,
            health?: Health,
          ) =>
            new BatchConsumer(
              {
                ...address,
                consumes: options.consumes ?? {},
                ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
              },
              { database, unitOfWork, days, logger, ...(health ? { health } : {}) },
            ),
        },
      ],
      exports: [Outbox, OutboxRelay, BusinessDate, BusinessDayKeeper, BatchConsumer],
    };
  }
}
