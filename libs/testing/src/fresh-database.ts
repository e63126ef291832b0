import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Database, UnitOfWork } from '#libs/persistence';
import { giveBack, takeDatabase } from './kept-databases.js';

/** Address of a backing service that the tests need. Fails loudly: a missing service is never a skip. */
export function required(name: 'DATABASE_URL' | 'KAFKA_BROKERS' | 'REDIS_URL'): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: integration tests need the real service (npm test starts it)`,
    );
  return value;
}

export type FreshDatabase = {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  /** Address with the service's own role. */
  readonly url: string;
  /** Address with the owner's rights, for looking behind the scenes. */
  readonly ownerUrl: string;
  /** What the service's role may not do. */
  asOwner(sql: string, values?: unknown[]): Promise<pg.QueryResult<pg.QueryResultRow>>;
  /** Lets the service's role make temporary tables, which a service may not. */
  allowTemporary(): Promise<unknown>;
  /** Where a service on it anchors its chains. */
  readonly anchorFolder: string;
  /** Ends the pool; the next test that asks for such a database may have it, emptied. */
  drop(): Promise<void>;
};

/**
 * An empty database with the migrations of a service (or of the libraries alone, with 'platform'), on
 * the server that DATABASE_URL administers. `also`: statements for what every test of a bed has beside them.
 */
export async function freshDatabase(
  service: string,
  { poolMax = 10, also = '' } = {},
): Promise<FreshDatabase> {
  const adminUrl = required('DATABASE_URL');
  const { name, url, ownerUrl } = await takeDatabase(adminUrl, service, also);
  const anchorFolder = join(tmpdir(), `anchors-${randomUUID()}`);
  const database = new Database({ url, poolMax, applicationName: name });
  const asOwner: FreshDatabase['asOwner'] = async (sql, values) => {
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    return owner.query(sql, values).finally(() => owner.end());
  };
  return {
    database,
    unitOfWork: new UnitOfWork(database),
    url,
    ownerUrl,
    asOwner,
    // Its role bears the name of the database.
    allowTemporary: () => asOwner(`grant temporary on database ${name} to ${name}`),
    anchorFolder,
    drop: async () => {
      await database.end();
      await rm(anchorFolder, { recursive: true, force: true });
      await giveBack(adminUrl, name);
    },
  };
}
