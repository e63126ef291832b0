import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Health, LOGGER, type Logger } from '#libs/observability';
import { requireBoundRole } from './bound-role.js';
import { CheckSeals } from './check-seals.js';
import { Database, isInfrastructureFault } from './database.js';
import { ForgettingOldAnswers } from './forget-old-answers.js';
import { Sealing } from './sealing.js';
import { Seals } from './seals.js';
import { UnitOfWork } from './unit-of-work.js';

export type PersistenceOptions = {
  readonly databaseUrl: string;
  readonly poolMax: number;
  readonly name: string;
  readonly sealEverySeconds?: number;
};

class PoolLife implements OnModuleInit, OnApplicationShutdown {
  private isBound = false;
  constructor(
    private readonly database: Database,
    private readonly sealing: Sealing,
    health?: Health,
  ) {
    health?.add('postgresql', () => this.check());
  }
  // A server that is not there yet is waited for: until it has answered, the process is not ready.
  onModuleInit(): Promise<void> {
    return this.check().catch(async (error: unknown) => {
      if (isInfrastructureFault(error)) return;
      await this.database.end();
      throw error;
    });
  }
  // Consumers and the HTTP server are closed by now: nothing needs the pool any more, but the last seal.
  async onApplicationShutdown(): Promise<void> {
    await this.sealing.stop();
    await this.database.end();
  }
  private async check(): Promise<undefined> {
    if (this.isBound) await this.database.query('select 1');
    else await requireBoundRole(this.database);
    this.isBound = true;
  }
}

/** The process's one pool and its unit of work, for every feature. */
@Global()
@Module({})
export class PersistenceModule {
  static forRoot(options: PersistenceOptions): DynamicModule {
    return {
      module: PersistenceModule,
      providers: [
        {
          provide: Database,
          useFactory: () =>
            new Database({
              url: options.databaseUrl,
              poolMax: options.poolMax,
              applicationName: `ent-${options.name}`,
            }),
        },
        {
          provide: UnitOfWork,
          inject: [Database],
          useFactory: (db: Database) => new UnitOfWork(db),
        },
        {
          provide: ForgettingOldAnswers,
          inject: [Database, { token: LOGGER, optional: true }],
          useFactory: (db: Database, logger?: Logger) =>
            new ForgettingOldAnswers(db, (error) =>
              logger?.warn({ err: error }, 'old answers not removed, next try in an hour'),
            ),
        },
        {
          provide: Seals,
          inject: [Database, UnitOfWork],
          useFactory: (db: Database, unitOfWork: UnitOfWork) => new Seals(db, unitOfWork),
        },
        {
          provide: CheckSeals,
          inject: [UnitOfWork, Seals],
          useFactory: (unitOfWork: UnitOfWork, seals: Seals) => new CheckSeals(unitOfWork, seals),
        },
        {
          provide: Sealing,
          inject: [Seals, { token: LOGGER, optional: true }],
          useFactory: (seals: Seals, logger?: Logger) =>
            new Sealing(seals, (options.sealEverySeconds ?? 60) * 1_000, (error) =>
              logger?.warn({ err: error }, 'journals not sealed, next try in a minute'),
            ),
        },
        {
          provide: PoolLife,
          inject: [Database, Sealing, { token: Health, optional: true }],
          useFactory: (db: Database, sealing: Sealing, health?: Health) =>
            new PoolLife(db, sealing, health),
        },
      ],
      exports: [Database, UnitOfWork, CheckSeals],
    };
  }
}
