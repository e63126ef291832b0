import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, Database, migrate, UnitOfWork } from '#libs/persistence';

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
  /** Ends the pool and drops the database. */
  drop(): Promise<void>;
};

/**
 * A throw-away database with the migrations of a service (or of the libraries alone, with
 * 'platform'), on the server that DATABASE_URL administers.
 */
export async function freshDatabase(service: string, poolMax = 10): Promise<FreshDatabase> {
  const adminUrl = required('DATABASE_URL');
  const name = `test_${service}_${randomBytes(6).toString('hex')}`;
  const addresses = await createDatabase({ adminUrl, database: name, role: name, password: name });
  await migrate({ url: addresses.ownerUrl, service, role: name });
  const database = new Database({ url: addresses.serviceUrl, poolMax, applicationName: name });
  return {
    database,
    unitOfWork: new UnitOfWork(database),
    url: addresses.serviceUrl,
    ownerUrl: addresses.ownerUrl,
    drop: async () => {
      await database.end();
      const admin = new pg.Client({ connectionString: adminUrl });
      await admin.connect();
      await admin.query(`drop database ${pg.escapeIdentifier(name)} with (force)`);
      await admin.query(`drop role ${pg.escapeIdentifier(name)}`);
      await admin.end();
    },
  };
}
