import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { required } from '#libs/testing';
import { createDatabase, migrate } from './index.js';

/**
 * Goal: a database stands at one release, tables and functions, whatever is killed, edited or done
 * twice. Method: a small project of its own in a temporary folder, and another database for each test.
 */
let root: string;
let url: string;
let owner: pg.Client;
const name = `test_migrate_${randomBytes(6).toString('hex')}`;
const role = name;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'migrate-'));
  const made = await createDatabase({
    adminUrl: required('DATABASE_URL'),
    ...{ database: name, role, password: name },
  });
  url = made.ownerUrl;
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await write('migrations/1_create_stock/migration.sql', tables);
  await write('trigger-functions/stock.sql', triggerFunction('never'));
  await write('functions/a_counts.sql', counts(1));
});
afterEach(async () => {
  await owner.end();
  await rm(root, { recursive: true });
  const admin = new pg.Client({ connectionString: required('DATABASE_URL') });
  await admin.connect();
  await admin.query(`drop database ${name} with (force)`);
  await admin.query(`drop role ${name}, ${name}_owner`);
  await admin.end();
});

const tables = `
  create table stock (item text primary key, pieces int not null check (pieces >= 0));
  create trigger stock_stays before delete on stock for each row execute function stock_stays();`;
const triggerFunction = (word: string) => `
  create or replace function stock_stays() returns trigger language plpgsql as $$
  declare row stock; begin raise exception '${word}'; end $$;`;
// Calls what stands in a later file.
const counts = (times: number) => `
  create or replace function counted(of_item text) returns bigint language sql stable as $$
    select ${times} * pieces_of(s) from stock s where s.item = of_item $$;`;
const pieces = `
  create or replace function pieces_of(s stock) returns bigint language sql stable as $$ select s.pieces $$;`;

const home = join('apps', 'shop', 'prisma');
async function write(path: string, sql: string) {
  await mkdir(join(root, home, dirname(path)), { recursive: true });
  await writeFile(join(root, home, path), sql);
}
const migrated = () => migrate({ url, service: 'shop', root, role });
const answer = async (sql: string) =>
  (await owner.query<{ a: unknown }>(`select ${sql} as a`)).rows[0]?.a;

test('tables, their triggers and functions that call each other are made in one go, and once', async () => {
  await write('functions/b_pieces.sql', pieces);
  expect(await migrated()).toEqual([
    '1_create_stock',
    'apps/shop/prisma/trigger-functions/stock.sql',
    'apps/shop/prisma/functions/a_counts.sql',
    'apps/shop/prisma/functions/b_pieces.sql',
  ]);
  await owner.query(`insert into stock values ('pen', 7)`);
  expect(await answer(`counted('pen')`)).toBe(7n);
  await expect(owner.query('delete from stock')).rejects.toThrow('never');
  expect(await migrated()).toEqual([]);
});

test('a file that changed is made again, and no other', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  await owner.query(`insert into stock values ('pen', 7)`);
  await write('functions/a_counts.sql', counts(2));
  expect(await migrated()).toEqual(['apps/shop/prisma/functions/a_counts.sql']);
  expect(await answer(`counted('pen')`)).toBe(14n);
  await write('trigger-functions/stock.sql', triggerFunction('at no time'));
  expect(await migrated()).toEqual(['apps/shop/prisma/trigger-functions/stock.sql']);
  await expect(owner.query('delete from stock')).rejects.toThrow('at no time');
});

test('a migration and the functions that need it come together or not at all', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  await write('migrations/2_add_shelf/migration.sql', 'alter table stock add column shelf int');
  await write(
    'functions/a_counts.sql',
    counts(2).replace('s.item =', 's.shelves = 1 and s.item ='),
  );
  await expect(migrated()).rejects.toThrow('Functions of apps/shop/prisma/functions/a_counts.sql');
  expect(
    await answer(`(select count(*) from information_schema.columns where column_name = 'shelf')`),
  ).toBe(0n);
  await owner.query(`insert into stock values ('pen', 7)`);
  expect(await answer(`counted('pen')`)).toBe(7n);
  // The mistake mended, all of it goes through.
  await write(
    'functions/a_counts.sql',
    counts(2).replace('s.item =', 's.shelf is null and s.item ='),
  );
  expect((await migrated())[0]).toBe('2_add_shelf');
  expect(await answer(`counted('pen')`)).toBe(14n);
});

test('whoever is killed before the end leaves the database as it was, and the next one does it all', async () => {
  await write('functions/b_pieces.sql', pieces);
  await write('migrations/2_wait/migration.sql', 'select pg_sleep(30)');
  const killed = migrated().catch((error: Error) => error);
  for (;;) {
    const { rowCount } = await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'ent-migrate' and query like '%pg_sleep%'`,
    );
    if (rowCount) break;
  }
  expect(await killed).toBeInstanceOf(Error);
  expect(await answer(`to_regclass('stock')`)).toBeNull();
  expect(await answer(`to_regclass('platform.function_file')`)).toBeNull();
  await write('migrations/2_wait/migration.sql', 'select 1');
  expect(await migrated()).toHaveLength(5);
});

test('of eight at once one does the work and the others find it done', async () => {
  await write('functions/b_pieces.sql', pieces);
  const applied = await Promise.all(Array.from({ length: 8 }, migrated));
  expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 4]);
});

test('a running service sees the tables and functions of one release', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  await owner.query(`insert into stock values ('pen', 7)`);
  await write(
    'migrations/2_rename/migration.sql',
    'alter table stock rename pieces to units; alter table stock add lot int not null default 12',
  );
  await write('functions/b_pieces.sql', pieces.replace('s.pieces', 's.units * s.lot'));
  const service = new pg.Client({ connectionString: url });
  await service.connect();
  const seen = new Set<unknown>();
  let isDone = false;
  const work = migrated().finally(() => (isDone = true));
  while (!isDone) {
    const { rows } = await service.query<{ a: bigint }>(`select counted('pen') as a`);
    seen.add(rows[0]?.a);
  }
  await work;
  seen.add((await service.query<{ a: bigint }>(`select counted('pen') as a`)).rows[0]?.a);
  await service.end();
  expect([...seen]).toEqual([7n, 84n]);
});

test('what a migration leaves to the end is judged before the next one alters the table', async () => {
  await write('functions/b_pieces.sql', pieces);
  await write(
    'migrations/2_shelves/migration.sql',
    `create table shelf (id int primary key);
     alter table stock add column shelf int references shelf deferrable initially deferred;
     insert into stock values ('pen', 7, 1); insert into shelf values (1);`,
  );
  await write('migrations/3_label/migration.sql', 'alter table stock add column label text');
  await migrated();
  await write('migrations/4_loose/migration.sql', `insert into stock values ('cap', 1, 2)`);
  await expect(migrated()).rejects.toThrow('Migration 4_loose failed');
});

test('other arguments leave no second function: the old one is dropped by a migration', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  await write(
    'functions/a_counts.sql',
    counts(1).replace('of_item text', 'of_item text, on_day date'),
  );
  await expect(migrated()).rejects.toThrow(
    /counted would stand twice: counted\(text\), counted\(text,date\)/,
  );
  await write('migrations/2_forget/migration.sql', 'drop function counted (text)');
  await migrated();
  expect(await answer(`(select count(*) from pg_proc where proname = 'counted')`)).toBe(1n);
});

test('what a migration dropped for its sake stands again, and a body that lost its table is found', async () => {
  await write('functions/b_pieces.sql', pieces);
  await write('functions/c_list.sql', 'create or replace view listed as select pieces from stock;');
  await migrated();
  await write(
    'migrations/2_widen/migration.sql',
    'drop view listed; alter table stock alter pieces type bigint',
  );
  await migrated();
  expect(await answer(`(select count(*) from listed)`)).toBe(0n);
  await write('migrations/3_rename/migration.sql', 'alter table stock rename item to label');
  await expect(migrated()).rejects.toThrow('Functions of apps/shop/prisma/functions/a_counts.sql');
});

test('a migration edited, or a history begun anew, is refused with the way out', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  await write('migrations/1_create_stock/migration.sql', `${tables} -- edited`);
  await expect(migrated()).rejects.toMatchObject({
    name: 'MigrationEdited',
    message: expect.stringMatching(
      /^1_create_stock is not what .* npm start -- --fresh$/,
    ) as string,
  });
  await write('migrations/1_create_stock/migration.sql', tables);
  await write('migrations/0_create_shop/migration.sql', tables);
  await expect(migrated()).rejects.toMatchObject({ name: 'MigrationEdited' });
});

test("a service's role gets what the file of grants says, and what a line no longer says is taken back", async () => {
  await write('functions/b_pieces.sql', pieces);
  await write(
    'functions/c_sell.sql',
    `create or replace function sell() returns void language sql
       security definer set search_path = pg_catalog, public, pg_temp as $$ update stock set pieces = 0 $$;`,
  );
  await write(
    'grants.sql',
    `grant select, delete on stock to :"service"; grant update (pieces) on stock to :"service";
     grant temporary on database :"DBNAME" to :"service"; grant execute on function sell() to :"service";`,
  );
  const may = async (...sql: string[]) => {
    const service = new pg.Client({ connectionString: url });
    await service.connect();
    await service.query(`set role ${role}`);
    const outcomes: boolean[] = [];
    for (const statement of sql) {
      outcomes.push(
        await service.query(`explain ${statement}`).then(
          () => true,
          (error: Error) => !error.message.includes('denied'),
        ),
      );
    }
    await service.end();
    return outcomes;
  };
  const asked = [
    'select from stock',
    'delete from stock',
    'update stock set pieces = 1',
    'update stock set item = $$x$$',
    'analyze select sell()',
    'analyze create temp table own as select 1',
    'analyze create table own as select 1',
  ];
  await migrated();
  expect(await may(...asked)).toEqual([true, true, true, false, true, true, false]);
  await write('grants.sql', 'grant select on stock to :"service"');
  await migrated();
  expect(await may(...asked)).toEqual([true, false, false, false, false, false, false]);
  await write('grants.sql', 'grant select on shelf to :"service"');
  await expect(migrated()).rejects.toThrow('apps/shop/prisma/grants.sql failed');
});

/** Who owns what is not an extension's: schema, tables, sequences, functions. */
const owners = () =>
  answer(`(select string_agg(distinct owner, ' ') from (
    select nspowner::regrole::text from pg_namespace where nspname = 'platform'
    union all select relowner::regrole::text from pg_class where relnamespace in ('public'::regnamespace, 'platform'::regnamespace)
    union all select proowner::regrole::text from pg_proc where pronamespace in ('public'::regnamespace, 'platform'::regnamespace)) as o (owner))`);

test('whoever connects, what is made is the database’s owner’s, who is no superuser and cannot log in', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  expect(await owners()).toBe(`${name}_owner`);
  expect(
    await answer(
      `(select rolsuper or rolcanlogin or rolcreaterole or rolcreatedb from pg_roles where rolname = '${name}_owner')`,
    ),
  ).toBe(false);
});

test('what a superuser owned before becomes the owner’s, and a database of a superuser is refused', async () => {
  await write('functions/b_pieces.sql', pieces);
  await migrated();
  await owner.query(
    `alter function counted(text) owner to current_user; alter table stock owner to current_user;
     alter schema platform owner to current_user; alter table platform.migration owner to current_user`,
  );
  await migrated();
  expect(await owners()).toBe(`${name}_owner`);
  await owner.query(`alter database ${name} owner to current_user`);
  await expect(migrated()).rejects.toMatchObject({
    name: 'OwnerNotBound',
    message: expect.stringMatching(/is a superuser[^]*alter database/),
  });
  expect(await owners()).toBe(`${name}_owner`);
});

test('an address that may not act as the owner migrates nothing; one that may needs no other right', async () => {
  await write('functions/b_pieces.sql', pieces);
  const login = `${name}_login`;
  await owner.query(
    `create role ${login} login password 'x'; grant connect on database ${name} to ${login}`,
  );
  try {
    const address = new URL(url);
    [address.username, address.password] = [login, 'x'];
    const plan = { url: address.toString(), service: 'shop', root, role };
    await expect(migrate(plan)).rejects.toMatchObject({ name: 'OwnerNotBound' });
    await owner.query(`grant ${name}_owner to ${login}`);
    expect(await migrate(plan)).toContain('1_create_stock');
    expect(await owners()).toBe(`${name}_owner`);
    await expect(migrate({ ...plan, role: login })).rejects.toMatchObject({
      name: 'ServiceIsOwner',
    });
  } finally {
    await owner.query(`drop owned by ${login}; drop role ${login}`);
  }
});

test('nobody migrates as the role that the service connects with', async () => {
  await write('functions/b_pieces.sql', pieces);
  await expect(
    migrate({ url, service: 'shop', root, role: new URL(url).username }),
  ).rejects.toMatchObject({ name: 'ServiceIsOwner' });
});
