import { basename, join } from 'node:path';
import pg from 'pg';
import { audit, createDatabase, migrate } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { machineOperator } from '../ent/machine-operator.js';
import { dumpOf } from './manifest.js';
import { majorOf, runTool, toolsFor, withClient } from './postgres-tools.js';
import { addressTo, type ServiceDatabase } from './service-database.js';

export class ServiceRuns extends defineProblem('SERVICE_RUNS', 'conflict') {}
export class RestoreRuns extends defineProblem('RESTORE_RUNS', 'conflict') {}
export class MayNotRestore extends defineProblem('MAY_NOT_RESTORE', 'forbidden') {}

// Of its own in the whole product.
export const lockClass = 72_707_372;
const maintenance = (adminUrl: string) => addressTo(adminUrl, 'postgres');

/** Throws ServiceRuns: what it still wrote would be in the database that is put aside. */
export const requireStopped = (database: ServiceDatabase): Promise<void> =>
  withClient(maintenance(database.adminUrl), (client) => refuseSessions(client, database));

/**
 * Restores into a fresh database and gives it the name of the old one, which is kept under a dated one. Whatever fails
 * before the names are swapped leaves the old one as it was. A fresh database is another one by its oid, so its relay
 * begins a new incarnation by itself (`libs/messaging/src/incarnations.ts`). Throws ServiceRuns, RestoreRuns,
 * MayNotRestore, ToolFailed.
 */
export const restoreDatabase = (
  database: ServiceDatabase,
  { folder, takenAt, now }: { folder: string; takenAt: string; now: Date },
): Promise<{ kept: string | undefined }> =>
  withClient(maintenance(database.adminUrl), async (client) => {
    const { name, service, role, adminUrl } = database;
    const fresh = `${name}_restoring`;
    const aside = keptName(name, now);
    if (Buffer.byteLength(aside) > 63) throw new RangeError(`${aside} is too long for a name`);
    await lock(client, database);
    await refuseSessions(client, database);
    const tools = await toolsFor(await majorOf(client));
    // A restore that was killed left it, and perhaps its pg_restore, which works on.
    const dropFresh = `drop database if exists ${pg.escapeIdentifier(fresh)} with (force)`;
    await client.query(dropFresh);
    const owner = await makeEmpty(client, database, fresh);
    const url = addressTo(adminUrl, fresh);
    try {
      await runTool(
        tools,
        'pg_restore',
        [
          ...['--single-transaction', '--no-owner', '--no-acl', `--role=${owner}`],
          join(folder, dumpOf(service)),
        ],
        url,
      );
      // Its role and grants are this release's; a backup of an earlier one is brought up to it.
      await migrate({ url, service, role });
      await withClient(url, async (restored) => {
        await restored.query('analyze');
        await audit(restored, {
          action: 'backup.restored',
          subject: `service:${service}`,
          ...{ actor: machineOperator(), details: { backup: basename(folder), takenAt } },
        });
      });
      return { kept: await swap(client, database, { fresh, aside }) };
    } catch (error) {
      await client.query(dropFresh);
      throw error;
    }
  });

/** While the session lasts. Throws RestoreRuns. */
async function lock(client: pg.Client, { name, service }: ServiceDatabase): Promise<void> {
  const { rows } = await client.query<{ isFree: boolean }>(
    'select pg_try_advisory_lock($1, hashtext($2)) as "isFree"',
    [lockClass, name],
  );
  if (!rows[0]!.isFree) {
    throw new RestoreRuns(`${service} : une restauration ou une reprise de ${name} est en cours.`);
  }
}

/** Keeps all of them from being restored meanwhile, and whoever asks for the same. Throws RestoreRuns. */
export const withoutRestores = <T>(
  [first, ...others]: readonly ServiceDatabase[],
  work: () => Promise<T>,
): Promise<T> =>
  first === undefined
    ? work()
    : withClient(maintenance(first.adminUrl), async (client) => {
        await lock(client, first);
        return withoutRestores(others, work);
      });

/** Dated to the millisecond, UTC: two restores in one second keep both. */
const keptName = (name: string, now: Date) =>
  `${name}_before_${now.toISOString().slice(0, 23).replace(/[-:.]/g, '').toLowerCase()}`;

// PostgreSQL's own workers bear the name of a database, too, but no role: a vacuum ends by itself when the database is
// renamed. The kind of a session is told to its own role only, so it is not asked.
async function refuseSessions(client: pg.Client, { service, name }: ServiceDatabase) {
  const { rows } = await client.query<{ role: string; sessions: number }>(
    `select usename as role, count(*)::int as sessions from pg_stat_activity
      where datname = $1 and usesysid is not null group by usename order by usename`,
    [name],
  );
  if (rows.length === 0) return;
  const who = rows.map(({ role, sessions }) => `${role} (${sessions})`).join(', ');
  throw new ServiceRuns(
    `${service} : des connexions sont ouvertes sur ${name} : ${who}. Arrêtez le service (et les autres outils), puis ` +
      'recommencez ; rien n’a été changé.',
    { service, roles: rows.map(({ role }) => role) },
  );
}

/** Of the same owner as the one that it replaces; on a new server the roles are made too. */
async function makeEmpty(client: pg.Client, database: ServiceDatabase, fresh: string) {
  const { name, role, password, adminUrl } = database;
  const known = await ownerOf(client, name);
  try {
    if (known === undefined) {
      await createDatabase({
        adminUrl: maintenance(adminUrl),
        ...{ database: fresh, role, password },
      });
      return (await ownerOf(client, fresh))!;
    }
    const [quoted, owner] = [pg.escapeIdentifier(fresh), pg.escapeIdentifier(known)];
    await client.query(
      `create database ${quoted} owner ${owner} encoding 'UTF8' template template0`,
    );
    await client.query(`revoke connect on database ${quoted} from public`);
    return known;
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== '42501') throw cause;
    throw new MayNotRestore(
      `L’adresse d’administration ne peut pas créer de base ou agir en ${known ?? 'propriétaire'} : donnez dans ` +
        'BACKUP_DATABASE_URL celle d’un rôle qui a CREATEDB et qui est membre du propriétaire.',
    );
  }
}

async function ownerOf(client: pg.Client, database: string): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    'select rolname as owner from pg_database join pg_roles r on r.oid = datdba where datname = $1',
    [database],
  );
  return rows[0]?.owner;
}

/** Both names at once, or neither. PostgreSQL itself refuses while a session is open on one of them. */
async function swap(
  client: pg.Client,
  database: ServiceDatabase,
  { fresh, aside }: { fresh: string; aside: string },
): Promise<string | undefined> {
  const { name } = database;
  const isThere = (await ownerOf(client, name)) !== undefined;
  const rename = (from: string, to: string) =>
    client.query(
      `alter database ${pg.escapeIdentifier(from)} rename to ${pg.escapeIdentifier(to)}`,
    );
  await client.query('begin');
  try {
    if (isThere) await rename(name, aside);
    await rename(fresh, name);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    if ((error as { code?: unknown }).code === '55006') await refuseSessions(client, database);
    throw error;
  }
  return isThere ? aside : undefined;
}

/** What restores put aside. */
export const keptAside = ({ name, adminUrl }: ServiceDatabase): Promise<string[]> =>
  withClient(maintenance(adminUrl), async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where starts_with(datname, $1) order by datname`,
      [`${name}_before_`],
    );
    return rows.map(({ datname }) => datname).filter((one) => /_before_\d{8}t\d{9}$/.test(one));
  });

/** When the restore was that put it aside, as its name says; the oldest of all. */
export function keptSince(names: readonly string[]): Date | undefined {
  const instants = names.map((name) => {
    const [, day = '', time = ''] = /_before_(\d{8})t(\d{9})$/.exec(name) ?? [];
    const date = day.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
    return new Date(`${date}T${time.replace(/(\d\d)(\d\d)(\d\d)(\d{3})/, '$1:$2:$3.$4')}Z`);
  });
  return instants.sort((a, b) => a.getTime() - b.getTime())[0];
}

export async function dropKept(database: ServiceDatabase): Promise<string[]> {
  const kept = await keptAside(database);
  await withClient(maintenance(database.adminUrl), async (client) => {
    for (const name of kept) await client.query(`drop database ${pg.escapeIdentifier(name)}`);
  });
  return kept;
}
