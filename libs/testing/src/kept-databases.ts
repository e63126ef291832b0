import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers';
import pg from 'pg';
import { createDatabase, migrate, readFiles, readFolders, sqlHomes } from '#libs/persistence';

export type KeptDatabase = {
  readonly name: string;
  /** Address with the service's own role. */
  readonly url: string;
  /** Address with the owner's rights. */
  readonly ownerUrl: string;
};

/**
 * A migrated, empty database: one that a test gave back, or a new one. To make one takes a second of
 * a core, to empty one some milliseconds, and a suite asks for hundreds. What was changed in its
 * structure is dropped instead. Who still holds the address of an earlier test is shut out:
 * its sessions end and the role has another password. `also`: what a bed has beside the migrations, kept with them.
 */
export async function takeDatabase(
  adminUrl: string,
  service: string,
  also = '',
): Promise<KeptDatabase> {
  const structure = await structureOf(service, also);
  return onIdle(adminUrl, async (admin) => {
    await registerOnce(admin, adminUrl);
    for (;;) {
      const { rows } = await admin.query<Kept>(
        `update public.test_database set given_back_at = null
          where name = (select name from public.test_database
                         where structure = $1 and given_back_at is not null
                         order by given_back_at desc limit 1 for update skip locked)
         returning name, catalog, marks`,
        [structure],
      );
      const [kept] = rows;
      if (kept === undefined) return create(admin, adminUrl, { service, also, structure });
      const again = await makeEmpty(admin, adminUrl, kept);
      if (again) return again;
      await drop(admin, kept.name);
    }
  });
}

/** Another test may have it. */
export async function giveBack(adminUrl: string, name: string): Promise<void> {
  await onIdle(adminUrl, (admin) =>
    admin.query('update public.test_database set given_back_at = now() where name = $1', [name]),
  );
}

/** A database as another one stands, which nobody uses meanwhile, with its owner and its role. Returns its name. */
export async function copyDatabase(
  adminUrl: string,
  name: string,
  copy = `${name}_${randomBytes(4).toString('hex')}`,
): Promise<string> {
  await withClient(adminUrl, async (admin) => {
    // Who has just ended may be seen for a moment yet.
    await admin.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1',
      [name],
    );
    const [made, original] = [pg.escapeIdentifier(copy), pg.escapeIdentifier(name)];
    const { rows } = await admin.query<{ owner: string }>(
      'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
      [name],
    );
    // Of a copy of a copy, too, both are those of the first.
    const owner = rows[0]!.owner;
    const role = pg.escapeIdentifier(owner.replace(/_owner$/, ''));
    // File by file: through the buffers it takes twice as long to make and to drop.
    await admin.query(
      `create database ${made} owner ${pg.escapeIdentifier(owner)} template ${original} strategy file_copy`,
    );
    await admin.query(
      `revoke connect on database ${made} from public; grant connect on database ${made} to ${role}`,
    );
  });
  return copy;
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, (admin) =>
    admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
  );
}

/** Rows of a table that a migration has put there. */
type Seed = { readonly table: string; readonly rows: unknown };

/** By the table of seeds: how its rows stand. */
type Marks = Readonly<Record<string, string>>;

type Kept = { readonly name: string; readonly catalog: string; readonly marks: Marks };

// Two that make the table at the same moment would both find it missing: the lock ends with the statement.
const register = `
  begin;
  select pg_advisory_xact_lock(72707371);
  create table if not exists public.test_database (
    name text primary key, structure text not null, catalog text not null, seeds jsonb not null,
    given_back_at timestamptz);
  alter table public.test_database add column if not exists marks jsonb not null default '{}';
  commit`;

/** Servers whose table was made, or seen, by this test file. */
const registered = new Set<string>();

async function registerOnce(admin: pg.Client, adminUrl: string): Promise<void> {
  if (registered.has(adminUrl)) return;
  await admin.query(register);
  registered.add(adminUrl);
}

/** Differs when a migration, a function file, a grant, the way they are applied or the way it is kept does. */
async function structureOf(service: string, also: string): Promise<string> {
  const files = readFilesOf.get(service) ?? readMigrationsOf(service);
  readFilesOf.set(service, files);
  return createHash('sha256')
    .update([service, ...(await files), also].join('\n'))
    .digest('hex');
}

/** By service: read once by a test file, which asks for one database after the other. */
const readFilesOf = new Map<string, Promise<string[]>>();

async function readMigrationsOf(service: string): Promise<string[]> {
  const [platform, own] = sqlHomes(service);
  const folders = [platform, own].flatMap((home) =>
    ['.', 'trigger-functions', 'functions'].map((f) => join(home, f)),
  );
  const source = join('libs', 'persistence', 'src');
  const files = [
    ...(await readFiles('.', join(platform, 'migrations'))),
    ...(await readFolders('.', join(own, 'migrations'))),
    ...(await Promise.all(folders.map((folder) => readFiles('.', folder)))).flat(),
  ].map(({ name, checksum }) => `${name} ${checksum}`);
  const sources = (await readdir(source)).sort().map((name) => join(source, name));
  const code = await Promise.all(
    [...sources, join('libs', 'testing', 'src', 'kept-databases.ts')].map((path) =>
      readFile(path, 'utf8'),
    ),
  );
  return [...files, ...code];
}

async function create(
  admin: pg.Client,
  adminUrl: string,
  { service, also, structure }: { service: string; also: string; structure: string },
): Promise<KeptDatabase> {
  await dropOutdated(admin, structure);
  const name = `test_${service}_${randomBytes(6).toString('hex')}`;
  const addresses = await createDatabase({ adminUrl, database: name, role: name, password: name });
  await migrate({ url: addresses.ownerUrl, service, role: name, calendar: 'player' });
  const { catalog, seeds, marks } = await withClient(addresses.ownerUrl, async (owner) => {
    await owner.query(also);
    const held = await seedsOf(owner);
    const tablesOfSeeds = held.map(({ table }) => table);
    return {
      ...{ catalog: await catalogOf(owner), seeds: held },
      marks: await marksOf(owner, tablesOfSeeds),
    };
  });
  await admin.query(
    'insert into public.test_database (name, structure, catalog, seeds, marks) values ($1, $2, $3, $4, $5)',
    [name, structure, catalog, JSON.stringify(seeds), JSON.stringify(marks)],
  );
  return { name, url: addresses.serviceUrl, ownerUrl: addresses.ownerUrl };
}

/** Undefined: it is not what it was, and must go. */
async function makeEmpty(
  admin: pg.Client,
  adminUrl: string,
  { name, catalog, marks }: Kept,
): Promise<KeptDatabase | undefined> {
  const password = randomBytes(12).toString('hex');
  const ownerUrl = addressOf(adminUrl, name);
  await admin.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and pid <> $2',
    [name, idle.get(ownerUrl)?.client.processID ?? 0],
  );
  await admin.query(
    `alter role ${pg.escapeIdentifier(name)} reset all;
     alter role ${pg.escapeIdentifier(name)} login connection limit -1 password ${pg.escapeLiteral(password)}`,
  );
  const isAsItWas = await onIdle(ownerUrl, async (owner) => {
    if ((await catalogOf(owner)) !== catalog) return false;
    await removeRowsBut(owner, Object.keys(marks));
    await putSeedsBack(admin, owner, { name, marks });
    return true;
  });
  return isAsItWas ? { name, url: addressOf(adminUrl, name, password), ownerUrl } : undefined;
}

const bookkeeping = ['platform.migration', 'platform.function_file', 'public._prisma_migrations'];
const tables = `
  select format('%I.%I', schemaname, tablename) as name from pg_tables
   where schemaname not in ('pg_catalog', 'information_schema')
     and format('%I.%I', schemaname, tablename) not in (${bookkeeping.map(pg.escapeLiteral).join()})`;

/**
 * A file without bytes holds no row: such a table is not even opened, which is what emptying costs. A large one, emptied
 * row by row, would be slow to empty, and slow for the next test.
 */
async function removeRowsBut(owner: pg.Client, kept: readonly string[]): Promise<void> {
  const { rows } = await owner.query<{ table: string; size: number }>({
    name: 'filled',
    text: `
      select format('%I.%I', nspname, relname) as table, f.size::float
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join pg_stat_file(pg_relation_filepath(c.oid), true) f
       where relkind = 'r' and relpersistence <> 't' and c.oid >= 16384 and f.size > 0
         and format('%I.%I', nspname, relname) <> all($1)`,
    values: [[...bookkeeping, ...kept]],
  });
  const removals = rows.map(({ table, size }) =>
    size > 1_000_000 ? `truncate ${table} cascade` : `delete from ${table}`,
  );
  await owner.query(
    [
      'set session_replication_role = replica',
      ...removals,
      'select setval(seqrelid, seqstart, false) from pg_sequence',
    ].join(';'),
  );
}

/** Of tables that a migration has filled, those whose rows are not the ones that were put there. */
async function putSeedsBack(
  admin: pg.Client,
  owner: pg.Client,
  { name, marks }: Pick<Kept, 'name' | 'marks'>,
): Promise<void> {
  const tablesOfSeeds = Object.keys(marks);
  const now = await marksOf(owner, tablesOfSeeds);
  const changed = tablesOfSeeds.filter((table) => now[table] !== marks[table]);
  if (changed.length === 0) return;
  const { rows: found } = await admin.query<{ seeds: Seed[] }>(
    'select seeds from public.test_database where name = $1',
    [name],
  );
  for (const { table, rows } of found[0]?.seeds ?? []) {
    if (!changed.includes(table)) continue;
    await owner.query(`delete from ${table}`);
    await owner.query(
      `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(rows)],
    );
  }
  await admin.query('update public.test_database set marks = $2 where name = $1', [
    name,
    JSON.stringify(await marksOf(owner, tablesOfSeeds)),
  ]);
}

/** A row that is added, changed or removed changes how many there are, or which transactions wrote them. */
async function marksOf(owner: pg.Client, tablesOfSeeds: readonly string[]): Promise<Marks> {
  if (tablesOfSeeds.length === 0) return {};
  const each = tablesOfSeeds.map(
    (table) =>
      `select ${pg.escapeLiteral(table)} as table, concat_ws(' ', count(*), sum(xmin::text::int8), bit_xor(hashtid(ctid))) as mark from ${table}`,
  );
  const { rows } = await owner.query<{ table: string; mark: string }>(each.join(' union all '));
  return Object.fromEntries(rows.map(({ table, mark }) => [table, mark]));
}

/** Of those for temporary tables, which whoever makes the first one in a session leaves behind, nothing lasts. */
const lasting = `nspname !~ '^pg_(toast_)?temp_'`;

/** The state of everything but rows: each row of the catalogs with the transaction that wrote it. Of the long ones a sum. */
async function catalogOf(owner: pg.Client): Promise<string> {
  const catalogs = ['attrdef', 'constraint', 'trigger', 'proc', 'type', 'policy', 'rewrite'];
  const own = catalogs.map(
    (name, n) => `select hashint8extended(oid::int8 << 32 | xmin::text::int8, ${n}) as line
                    from pg_${name} where oid >= 16384`,
  );
  const short = ['extension', 'event_trigger', 'publication'].map(
    (name) => `select concat_ws(' ', '${name}', oid, xmin) from pg_${name} where oid >= 16384`,
  );
  const { rows } = await owner.query<{ digest: string }>({
    name: 'catalog',
    text: `select concat_ws(' ', (select concat_ws(' ', count(*), sum(line)) from (
       ${own.join(' union all ')}
       union all select hashint8extended(attrelid::int8 << 32 | xmin::text::int8, attnum)
                   from pg_attribute where attrelid >= 16384
       union all select hashint8extended(indexrelid::int8 << 32 | xmin::text::int8, 100)
                   from pg_index where indexrelid >= 16384
     ) as lines), (select md5(string_agg(line, chr(10) order by line)) from (
       ${short.join(' union all ')}
       union all select concat_ws(' ', 'namespace', oid, xmin, nspname, nspacl) from pg_namespace where ${lasting}
       union all select concat_ws(' ', 'class', oid, relname, relkind, relrowsecurity, relowner, relacl, reloptions)
                   from pg_class where oid >= 16384
       union all select concat_ws(' ', 'setting', setrole, setconfig) from pg_db_role_setting
                  where setdatabase in (0, (select oid from pg_database where datname = current_database()))
                    and setrole in (0, coalesce(to_regrole(current_database())::oid, 0))
       union all select concat_ws(' ', 'database', datallowconn, datconnlimit, datacl) from pg_database
                  where datname = current_database()
     ) as lines (line))) as digest`,
  });
  return rows[0]!.digest;
}

async function seedsOf(owner: pg.Client): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const { name } of (await owner.query<{ name: string }>(tables)).rows) {
    const { rows } = await owner.query<{ rows: unknown }>(
      `select jsonb_agg(to_jsonb(held)) as rows from ${name} as held`,
    );
    if (rows[0]?.rows) seeds.push({ table: name, rows: rows[0].rows });
  }
  return seeds;
}

/** A server that lives longer than one run would gather those of every release: an hour unused, they go. */
async function dropOutdated(admin: pg.Client, structure: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `delete from public.test_database
      where structure <> $1 and given_back_at < now() - interval '1 hour' returning name`,
    [structure],
  );
  for (const { name } of rows) await drop(admin, name);
}

async function drop(admin: pg.Client, name: string): Promise<void> {
  await admin.query('delete from public.test_database where name = $1', [name]);
  await admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
  await admin.query(
    `drop role if exists ${pg.escapeIdentifier(name)}, ${pg.escapeIdentifier(`${name}_owner`)}`,
  );
}

/** They stand in its documentation, not in its types: its process at the server, whether its socket keeps ours from ending. */
type KeptClient = pg.Client & { readonly processID: number; ref(): void; unref(): void };

/**
 * One test after the other gives a database back and takes one: the sessions for it, one to the server and one to each
 * database, stay a moment with their plans and catalogs, and hold up nobody.
 */
const idle = new Map<string, { readonly client: KeptClient }>();
const idleMs = 2_000;

async function onIdle<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const kept = idle.get(url)?.client;
  idle.delete(url);
  kept?.ref();
  // Another process of tests, which had the database meanwhile, may have ended it.
  const isAlive = await kept?.query('').then(
    () => true,
    () => false,
  );
  const client = kept && isAlive ? kept : await connected(url);
  client.ref();
  try {
    const result = await work(client);
    keepIdle(url, client);
    return result;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function keepIdle(url: string, client: KeptClient): void {
  if (idle.has(url)) return void client.end().catch(() => undefined);
  const mine = { client };
  idle.set(url, mine);
  client.unref();
  setTimeout(() => {
    if (idle.get(url) !== mine) return;
    idle.delete(url);
    client.end().catch(() => undefined);
  }, idleMs).unref();
}

/** For a tool that takes each session at a database for a service that runs. */
export async function endIdle(url: string): Promise<void> {
  const kept = idle.get(url)?.client;
  idle.delete(url);
  await kept?.end();
}

async function connected(url: string): Promise<KeptClient> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ent-tests',
  }) as KeptClient;
  // A server that stops meanwhile fails the statement under way; unheard, it would end the process too.
  client.on('error', () => {
    if (idle.get(url)?.client === client) idle.delete(url);
  });
  await client.connect();
  return client;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function addressOf(adminUrl: string, database: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (password !== undefined) [url.username, url.password] = [database, password];
  return url.toString();
}
