import pg from 'pg';
import { serviceNames } from '#libs/contracts';
import { freshDatabase } from '#libs/testing';
import { schemaDifferences } from './schema-differences.js';

/**
 * Goal: what a typed read is compiled against is what the database has, and a restore makes that again. Method: each
 * service's migrations on a fresh database, compared by Prisma's own engine with its schema.prisma; its views and checks made
 * anew from what PostgreSQL prints of them, which is what a backup holds.
 */
test.each(serviceNames)(
  '%s: schema.prisma says what the migrations made, and a view or check is the same made from its print',
  async (service) => {
    const fresh = await freshDatabase(service);
    try {
      const script = await schemaDifferences(
        `apps/${service}/prisma/schema.prisma`,
        fresh.ownerUrl,
      );
      expect(withoutComments(script)).toEqual([]);
      expect(await viewsThatChange(fresh.ownerUrl)).toEqual([]);
      expect(await checksThatChange(fresh.ownerUrl)).toEqual([]);
    } finally {
      await fresh.drop();
    }
  },
  60_000,
);

const withoutComments = (script: string) =>
  script.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('--'));

/** A column without a name, in a union too, is printed otherwise once it was read back. */
async function viewsThatChange(ownerUrl: string): Promise<string[]> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ name: string; text: string }>(
      `select relname as name, pg_get_viewdef(oid) as text from pg_class
        where relkind = 'v' and relnamespace in ('public'::regnamespace, 'platform'::regnamespace)`,
    );
    const changed: string[] = [];
    for (const { name, text } of rows) {
      await owner.query(`create temporary view printed as ${text}`);
      const again = await owner.query<{ text: string }>(
        `select pg_get_viewdef('pg_temp.printed'::regclass) as text`,
      );
      await owner.query('drop view pg_temp.printed');
      if (again.rows[0]!.text !== text) changed.push(name);
    }
    return changed;
  } finally {
    await owner.end();
  }
}

/** A list of pairs is printed as pairs of brackets, which are gone once it was read back. */
async function checksThatChange(ownerUrl: string): Promise<string[]> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ table: string; name: string; text: string }>(
      `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as text from pg_constraint
        where contype = 'c' and conrelid <> 0 and connamespace in ('public'::regnamespace, 'platform'::regnamespace)
          and conislocal and not exists (select from pg_inherits where inhrelid = conrelid)`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const changed: string[] = [];
    await owner.query('begin');
    for (const { table, name, text } of rows) {
      await owner.query(`alter table ${table} add constraint printed ${text}`);
      const again = await owner.query<{ text: string }>(
        `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'printed' and conrelid = '${table}'::regclass`,
      );
      await owner.query(`alter table ${table} drop constraint printed`);
      if (again.rows[0]!.text !== text) changed.push(`${table}: ${name}`);
    }
    await owner.query('rollback');
    return changed;
  } finally {
    await owner.end();
  }
}
