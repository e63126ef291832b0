// One database and one role per service, migrated; skipped when nothing has changed since.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checksumOfContents, filesBelow, unlessDone } from './checksums.mjs';
import { inRoot, root } from './paths.mjs';
import { services } from './processes.mjs';
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
  const persistence = await load();
  const entries = await Promise.all(
    services.map(async (service) => {
      const given = environment[`${service.toUpperCase()}_DATABASE_URL`];
      const plan = { dir, service, given, postgres, password: secret(`database-${service}`) };
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

async function setUp({ createDatabase, migrate }, plan, say) {
  const { service, given, postgres, password } = plan;
  const role = `ent_${service}`;
  const ownerUrl =
    given ??
    (await createDatabase({ adminUrl: postgres.address, database: role, role, password })).ownerUrl;
  try {
    const applied = await migrate({
      url: ownerUrl,
      service,
      root,
      ...(given ? {} : { role }),
    });
    if (applied.length > 0) say(`  ${service}: ${applied.length} files of SQL applied`);
  } catch (error) {
    if (error.name === 'MigrationEdited') throw new Refusal(`${service}: ${error.message}`);
    throw error.cause ? new Refusal(`${service}: ${error.message}: ${error.cause.message}`) : error;
  }
}

/** The same for unchanged SQL on the same private server. */
function checksumOf({ sqlHomes }, { service, postgres, password, dir }) {
  const files = sqlHomes(service).flatMap((home) => filesBelow(inRoot(home)));
  return createHash('sha256')
    .update(checksumOfContents(files))
    .update(new URL(postgres.address).password)
    .update(password)
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
