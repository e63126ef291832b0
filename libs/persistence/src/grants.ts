import { join } from 'node:path';
import pg from 'pg';
import { readFiles } from './sql-files.js';

/** The service's role is the one that migrates, or a member of it: no grant would bind it. */
export class ServiceIsOwner extends Error {
  override readonly name = 'ServiceIsOwner';
}

/**
 * Takes everything from a service's role, then gives it what the `grants.sql` of these homes state, by table and
 * verb: what no line names, it cannot even read. Done at each migration, so that a line taken out takes effect.
 */
export async function applyGrants(
  client: pg.Client,
  { root, homes, role }: { root: string; homes: readonly string[]; role: string },
): Promise<void> {
  const { rows } = await client.query<{ name: string; isOwner: boolean }>(
    `select current_database() as name, pg_has_role($1, current_user, 'member') as "isOwner"`,
    [role],
  );
  if (rows[0]!.isOwner) {
    throw new ServiceIsOwner(
      `${role} would own the tables: the address for migrations needs a user of its own`,
    );
  }
  // The variables of psql, so that an operator may apply the same file by hand.
  const names = { service: pg.escapeIdentifier(role), DBNAME: pg.escapeIdentifier(rows[0]!.name) };
  const named = (sql: string) =>
    sql.replace(/:"(service|DBNAME)"/g, (_, variable: keyof typeof names) => names[variable]);
  await client.query(named(nothing));
  for (const home of homes) {
    // Beside the folders of migrations and functions it is the only one.
    for (const { name, sql } of await readFiles(root, home)) {
      await client.query(named(sql)).catch((cause: unknown) => {
        throw new Error(`${join(home, name)}.sql failed`, { cause });
      });
    }
  }
}

/**
 * Not to the public either: a temporary table would be a place for triggers and views of one's own, and a function that
 * acts as the owner is called by whom a line names. A trigger needs no such line, and nobody else may attach it.
 */
const nothing = `
  revoke all on all tables in schema public, platform from :"service";
  revoke all on all sequences in schema public, platform from :"service";
  revoke all on schema public, platform from :"service";
  revoke create on schema public from public;
  revoke all on database :"DBNAME" from :"service";
  revoke temporary on database :"DBNAME" from public;
  do $$
  declare as_owner regprocedure;
  begin
    for as_owner in select p.oid from pg_proc p
      where p.prosecdef and p.pronamespace in ('public'::regnamespace, 'platform'::regnamespace)
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    loop
      execute format('revoke all on function %s from public, %s', as_owner, $role$:"service"$role$);
    end loop;
  end $$;`;
