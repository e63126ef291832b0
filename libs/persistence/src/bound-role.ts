import type { Database } from './database.js';
import type { Transaction } from './transaction.js';

/** The role of this process owns its tables, or may empty, alter or rewrite them, or write large objects. */
export class RoleNotBound extends Error {
  override readonly name = 'RoleNotBound';
}

/**
 * No grant binds an owner: whoever has the secret of such a process could rewrite what was signed. The audit stands for
 * all that is append-only: who may change it has rights that no file of grants gave. Throws RoleNotBound.
 */
export async function requireBoundRole(database: Database): Promise<void> {
  const { rows } = await database.query<{ role: string; table: string | null }>(
    `select current_user as role, (
       select min(c.oid::regclass::text) from pg_class c
        where c.relkind in ('r', 'p')
          and c.relnamespace in (to_regnamespace('public'), to_regnamespace('platform'))
          and (pg_has_role(c.relowner, 'member') or has_schema_privilege(c.relnamespace, 'create')
               or has_table_privilege(c.oid, 'truncate, trigger, references')
               or (c.oid = to_regclass('platform.audit_entry') and has_table_privilege(c.oid, 'update, delete')))) as table`,
  );
  const [{ role, table }] = rows as [{ role: string; table: string | null }];
  if (table !== null) {
    throw new RoleNotBound(
      `${role} owns ${table}, or may empty, alter or rewrite it. Give this process the address of a role of its own without ` +
        'rights (DATABASE_URL), and the address of the owner to the migrations alone: they grant that role what it needs',
    );
  }
  const writing = await database.value<string>(
    `select oid::regprocedure::text from pg_proc where ${isOfLargeObjects} and has_function_privilege(oid, 'execute') limit 1`,
  );
  if (writing !== undefined) {
    throw new RoleNotBound(
      `${role} may execute ${writing}: what it writes there no retention removes. A superuser takes these functions away, ` +
        'in this database: run the migrations once with such an address',
    );
  }
}

/** PostgreSQL lets everybody execute these. A large object is a row of no table of ours: nobody would find or erase it. */
const isOfLargeObjects = `pronamespace = 'pg_catalog'::regnamespace and proname ~ '^lo(_.*|read|write)$'`;

/** In each database, and a superuser's to take away: a migration without that right leaves them as they are. */
export const withoutLargeObjects = `
  do $$
  declare of_large_objects regprocedure;
  begin
    if (select rolsuper from pg_roles where rolname = session_user) then
      for of_large_objects in select oid from pg_proc where ${isOfLargeObjects} loop
        execute format('revoke all on function %s from public', of_large_objects);
      end loop;
    end if;
  end $$`;

/** The role of this process has settings that no release gives it, or another password. */
export class RoleAltered extends Error {
  override readonly name = 'RoleAltered';
  readonly code = 'EROLE';
}

/**
 * PostgreSQL lets every role change its own settings and password, and no trigger sees it. So each new connection asks:
 * another time zone or order of dates would change the written days. Throws RoleAltered.
 */
export async function requireUnalteredRole(client: Pick<Transaction, 'query'>): Promise<void> {
  const { rows } = await client.query<{ role: string; settings: string }>(
    `select session_user as role, string_agg(distinct split_part(setting, '=', 1), ', ') as settings
       from pg_db_role_setting s join pg_roles r on r.oid = s.setrole, unnest(setconfig) as setting
      where r.rolname = session_user and setdatabase in (0, (select oid from pg_database where datname = current_database()))
     having count(*) > 0`,
  );
  const [altered] = rows;
  if (altered) {
    throw new RoleAltered(
      `${altered.role} has settings of its own (${altered.settings}): whoever has its secret may set them. ` +
        `A superuser takes them back (alter role … reset all, also in database …) and gives it another password`,
    );
  }
}
