import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Health, LOGGER, type Logger } from '#libs/observability';
import { Database } from './database.js';
import { ForgettingOldAnswers } from './forget-old-answers.js';
import { UnitOfWork } from './unit-of-work.js';

class PoolEnd implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}
  // Consumers and the HTTP server are closed by now: nothing needs the pool any more.
  onApplicationShutdown(): Promise<void> {
    return this.database.end();
  }
}

/** The process's one pool and its unit of work, for every feature. */
@Global()
@Module({})
export class PersistenceModule {
  static forRoot(options: { databaseUrl: string; poolMax: number; name: string }): DynamicModule {
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
        { provide: PoolEnd, inject: [Database], useFactory: (db: Database) => new PoolEnd(db) },
      ],
      exports: [Database, UnitOfWork],
    };
  }
}
