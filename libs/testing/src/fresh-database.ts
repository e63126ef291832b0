import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { Database, UnitOfWork } from '#libs/persistence';
import { patience } from './patience.js';
import { queryAt } from './query-at.js';
import {
  addressOf,
  copyDatabase,
  dropDatabase,
  endIdle,
  giveBack,
  takeDatabase,
} from './kept-databases.js';

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
  asOwner<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
  /** Lets the service's role make temporary tables, which a service may not. */
  allowTemporary(): Promise<unknown>;
  /** Where a service on it anchors its chains. */
  readonly anchorFolder: string;
  /** One that stands where this one does, under a name if one is given. Ends the pool: what is copied is used by nobody any more. */
  copy(name?: string): Promise<FreshDatabase>;
  /** Ends the pool; the next test that asks for such a database may have it, emptied. */
  drop(): Promise<void>;
};

/**
 * An empty database with the migrations of a service (or of the libraries alone, with 'platform'), on
 * the server that DATABASE_URL administers. `also`: statements for what every test of a bed has beside them. `isUnused`:
 * nobody is connected to it, for a tool that takes a session for a service that runs.
 */
export async function freshDatabase(
  service: string,
  { poolMax = 10, also = '', isUnused = false } = {},
): Promise<FreshDatabase> {
  const adminUrl = required('DATABASE_URL');
  const { name, url, ownerUrl } = await takeDatabase(adminUrl, service, also);
  if (isUnused) await endIdle(ownerUrl);
  return opened({ adminUrl, name, role: name, url, ownerUrl, poolMax }, () =>
    giveBack(adminUrl, name),
  );
}

type Address = {
  readonly adminUrl: string;
  readonly name: string;
  readonly role: string;
  readonly url: string;
  readonly ownerUrl: string;
  readonly poolMax: number;
};

function opened(address: Address, letGo: () => Promise<unknown>): FreshDatabase {
  const { adminUrl, name, role, url, ownerUrl, poolMax } = address;
  const anchorFolder = join(tmpdir(), `anchors-${randomUUID()}`);
  const database = new Database({ url, poolMax, applicationName: name, patience });
  const asOwner: FreshDatabase['asOwner'] = (sql, values) => queryAt(ownerUrl, sql, values);
  return {
    database,
    unitOfWork: new UnitOfWork(database),
    url,
    ownerUrl,
    asOwner,
    allowTemporary: () => asOwner(`grant temporary on database ${name} to ${role}`),
    anchorFolder,
    copy: async (copyName) => {
      await database.end();
      const copy = await copyDatabase(adminUrl, name, copyName);
      const there = { name: copy, url: addressOf(url, copy), ownerUrl: addressOf(ownerUrl, copy) };
      return opened({ ...address, ...there }, () => dropDatabase(adminUrl, copy));
    },
    drop: async () => {
      await database.end();
      await rm(anchorFolder, { recursive: true, force: true });
      await letGo();
    },
  };
}
