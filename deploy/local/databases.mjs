// One database and one role per service, migrated; skipped when nothing has changed since.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checksumOfContents, filesBelow, unlessDone } from './checksums.mjs';
import { inRoot, root } from './paths.mjs';
import { calendarOf, services } from './processes.mjs';
import { Refusal } from './progress.mjs';

/**
 * @param {{ dir: string, postgres: { address: string, given: boolean }, secret: (name: string) => string,
 *   environment?: Record<string, string | undefined>, say?: (line: string) => void }} options
 * @returns {Promise<Record<string, string>>} the address each service connects with
 */
export async function prepareDatabases({
  dir,
  postgres,
  secret,
  environment = process.env,
  say = () => {},
}) {
  const plans = services.map((service) => ({
    ...{ dir, service, postgres, password: secret(`database-${service}`) },
    calendar: calendarOf(environment),
    ...givenAddresses(service, environment),
  }));
  const persistence = await load();
  const entries = await Promise.all(
    plans.map(async (plan) => {
      const { service, given } = plan;
      const stamp = join(dir, 'stamps', `migrated-${service}`);
      const work = () => setUp(persistence, plan, say);
      // A database given from outside may have been replaced behind our back: always look.
      if (given || postgres.given) await work();
      else await unlessDone(stamp, checksumOf(persistence, plan), work);
      return [service, given ?? addressOf(plan)];
    }),
  );
  return Object.fromEntries(entries);
}

/** The owner's address is for the migrations alone: the service that had it would be bound by no grant. */
function givenAddresses(service, environment) {
  const name = service.toUpperCase();
  const given = environment[`${name}_DATABASE_URL`];
  const migration = environment[`${name}_MIGRATION_DATABASE_URL`];
  if (given && !migration) {
    throw new Refusal(
      `${name}_DATABASE_URL is the address that the service connects with, of a role without rights. ` +
        `Set ${name}_MIGRATION_DATABASE_URL too, to the address of the owner of that database: ` +
        'the migrations use it, and grant the other role what the service needs.',
    );
  }
  return { given, migration };
}

async function setUp({ createDatabase, migrate }, plan, say) {
  const { service, given, migration, postgres, password, calendar } = plan;
  const role = given ? decodeURIComponent(new URL(given).username) : `ent_${service}`;
  const url = given
    ? migration
    : (await createDatabase({ adminUrl: postgres.address, database: role, role, password }))
        .ownerUrl;
  try {
    const applied = await migrate({ url, service, role, calendar, root });
    if (applied.length > 0) say(`  ${service}: ${applied.length} files of SQL applied`);
  } catch (error) {
    if (['MigrationEdited', 'OwnerNotBound', 'ServiceIsOwner'].includes(error.name)) {
      throw new Refusal(`${service}: ${error.message}`);
    }
    throw error.cause ? new Refusal(`${service}: ${error.message}: ${error.cause.message}`) : error;
  }
}

/** The same for unchanged SQL on the same private server. */
function checksumOf({ sqlHomes }, { service, postgres, password, calendar, dir }) {
  const files = sqlHomes(service).flatMap((home) => filesBelow(inRoot(home)));
  return createHash('sha256')
    .update(checksumOfContents(files))
    .update(new URL(postgres.address).password)
    .update(password)
    .update(calendar)
    .update(String(bornAt(join(dir, 'postgres/data/PG_VERSION'))))
    .digest('hex');
}

/** Tells this data folder from one that was made again in its place. */
const bornAt = (file) => statSync(file, { throwIfNoEntry: false })?.birthtimeMs;

function addressOf({ service, postgres, password }) {
  const url = new URL(postgres.address);
  url.pathname = `/ent_${service}`;
  url.username = `ent_${service}`;
  url.password = password;
  return url.toString();
}

const load = async () => {
  const from = (name) => import(pathToFileURL(inRoot('dist/libs/persistence/src', name)).href);
  const [{ createDatabase }, { migrate }, { sqlHomes }] = await Promise.all([
    from('create-database.js'),
    from('migrate.js'),
    from('sql-files.js'),
  ]);
  return { createDatabase, migrate, sqlHomes };
};
