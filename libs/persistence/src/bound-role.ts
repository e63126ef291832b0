import type { Database } from './database.js';

/** The role of this process owns its tables, or may empty, alter or rewrite them. */
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
}
