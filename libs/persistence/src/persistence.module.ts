import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Health, LOGGER, type Logger } from '#libs/observability';
import { CheckSeals } from './check-seals.js';
import { Database } from './database.js';
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

class PoolEnd implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly sealing: Sealing,
  ) {}
  // Consumers and the HTTP server are closed by now: nothing needs the pool any more, but the last seal.
  async onApplicationShutdown(): Promise<void> {
    await this.sealing.stop();
    await this.database.end();
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
          inject: [{ token: Health, optional: true }],
          useFactory: (health?: Health) => {
            const database = new Database({
              url: options.databaseUrl,
              poolMax: options.poolMax,
              applicationName: `ent-${options.name}`,
            });
            health?.add('postgresql', async () => {
              await database.query('select 1');
              return undefined;
            });
            return database;
          },
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
          provide: PoolEnd,
          inject: [Database, Sealing],
          useFactory: (db: Database, sealing: Sealing) => new PoolEnd(db, sealing),
        },
      ],
      exports: [Database, UnitOfWork, CheckSeals],
    };
  }
}
