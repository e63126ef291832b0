import { join } from 'node:path';
import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ClientBase } from 'pg';
import { Health, loggerToken, type Logger } from '#libs/observability';
import { Anchoring } from './anchoring.js';
import { requireBoundRole, requireUnalteredRole, RoleAltered } from './bound-role.js';
import { type ChainHeads, SealHeads } from './chain-heads.js';
import { CheckAnchors } from './check-anchors.js';
import { CheckSeals } from './check-seals.js';
import { Database, isInfrastructureFault } from './database.js';
import { ForgettingOldAnswers } from './forget-old-answers.js';
import { expectedSchema, requireFittingSchema, SchemaUnfit } from './schema-fit.js';
import { Sealing } from './sealing.js';
import { Seals } from './seals.js';
import { UnitOfWork } from './unit-of-work.js';

export type PersistenceOptions = {
  readonly databaseUrl: string;
  readonly poolMax: number;
  readonly name: string;
  readonly sealEverySeconds?: number;
  /** Where the ends of chains are anchored, each service in a folder of its own; none: nowhere. */
  readonly anchorFolder?: string;
  /** What the service chains besides; providers of any module. */
  readonly anchoredChains?: readonly Type<ChainHeads>[];
  /** Folder with the project's SQL files, where they are not beside the code. */
  readonly root?: string;
};

/**
 * No statement of this process reaches a database of another release, or uses a role that was altered. Logs each cause
 * once.
 */
function connectionCheck({ name, root }: PersistenceOptions, logger?: Logger) {
  let fits = false;
  let said = '';
  let expected: ReturnType<typeof expectedSchema> | undefined;
  return async (client: ClientBase): Promise<void> => {
    await requireUnalteredRole(client);
    if (fits) return;
    try {
      const later = await requireFittingSchema(
        client,
        await (expected ??= expectedSchema(name, root)),
      );
      if (later.length > 0)
        logger?.warn({ later }, 'the database is of a later release that only added');
      else if (said !== '') logger?.info('the database is of this release now');
      fits = true;
    } catch (error) {
      if (error instanceof SchemaUnfit && error.message !== said) logger?.error(error.message);
      if (error instanceof SchemaUnfit) said = error.message;
      throw error;
    }
  };
}

class PoolLife implements OnModuleInit, OnApplicationShutdown {
  private isBound = false;
  private connectedAt = -Infinity;
  constructor(
    private readonly database: Database,
    private readonly sealing: Sealing,
    health?: Health,
  ) {
    health?.add('SERVING', 'postgresql', () => this.check());
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
    await requireUnalteredRole(this.database);
    if (!this.isBound) await requireBoundRole(this.database);
    this.isBound = true;
    const now = performance.now();
    if (now - this.connectedAt < connectEveryMs) return;
    await this.database.connectAnew().catch((cause: unknown) => {
      if (!/^28/.test(String((cause as { code?: unknown }).code))) throw cause;
      throw new RoleAltered('the server refuses the password of the service: was it changed?', {
        cause,
      });
    });
    this.connectedAt = now;
  }
}

const connectEveryMs = 60_000;

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
          inject: [{ token: loggerToken, optional: true }],
          useFactory: (logger?: Logger) =>
            new Database({
              url: options.databaseUrl,
              poolMax: options.poolMax,
              applicationName: `ent-${options.name}`,
              verify: connectionCheck(options, logger),
            }),
        },
        {
          provide: UnitOfWork,
          inject: [Database],
          useFactory: (db: Database) => new UnitOfWork(db),
        },
        {
          provide: ForgettingOldAnswers,
          inject: [Database, { token: loggerToken, optional: true }],
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
          provide: Anchoring,
          inject: [Database, UnitOfWork, ModuleRef],
          useFactory: (db: Database, unitOfWork: UnitOfWork, modules: ModuleRef) => {
            const chains = options.anchoredChains ?? [];
            const own = () =>
              chains.map((chain) => modules.get<ChainHeads>(chain, { strict: false }));
            return new Anchoring(
              unitOfWork,
              () => [new SealHeads(db), ...own()],
              options.anchorFolder && join(options.anchorFolder, options.name),
            );
          },
        },
        {
          provide: CheckAnchors,
          inject: [Anchoring],
          useFactory: (anchoring: Anchoring) => new CheckAnchors(anchoring),
        },
        {
          provide: CheckSeals,
          inject: [UnitOfWork, Seals, Anchoring],
          useFactory: (unitOfWork: UnitOfWork, seals: Seals, anchoring: Anchoring) =>
            new CheckSeals(unitOfWork, seals, anchoring),
        },
        {
          provide: Sealing,
          inject: [Seals, Anchoring, { token: loggerToken, optional: true }],
          useFactory: (seals: Seals, anchoring: Anchoring, logger?: Logger) =>
            new Sealing(seals, anchoring, (options.sealEverySeconds ?? 60) * 1_000, (error) =>
              logger?.error({ err: error }, 'journals not sealed and anchored, next try soon'),
            ),
        },
        {
          provide: PoolLife,
          inject: [Database, Sealing, { token: Health, optional: true }],
          useFactory: (db: Database, sealing: Sealing, health?: Health) =>
            new PoolLife(db, sealing, health),
        },
      ],
      exports: [Anchoring, Database, UnitOfWork, CheckAnchors, CheckSeals],
    };
  }
}
