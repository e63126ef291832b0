import pg from 'pg';

/** The database is a superuser's, or the address of the migrations may not act as its owner. */
export class OwnerNotBound extends Error {
  override readonly name = 'OwnerNotBound';
}

/**
 * From here on the transaction acts as the owner of the database, whoever connects: whatever it makes is that role's, so
 * a function that acts as its owner may do what the tables' owner may, and no more. What lies there under another owner
 * becomes that role's. Throws OwnerNotBound.
 */
export async function actAsOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ owner: string; isSuper: boolean; name: string }>(
    `select rolname as owner, rolsuper as "isSuper", datname as name
       from pg_database join pg_roles r on r.oid = datdba where datname = current_database()`,
  );
  const [{ owner, isSuper, name }] = rows as [{ owner: string; isSuper: boolean; name: string }];
  if (isSuper) {
    throw new OwnerNotBound(
      `${owner} owns the database ${name} and is a superuser: whoever finds a fault in a function that acts as its owner ` +
        `would rule the server. Give it to a role without such rights: create role … nologin; alter database ${name} owner to …`,
    );
  }
  try {
    await client.query(takeOver(owner));
    await client.query(`set local role ${pg.escapeIdentifier(owner)}`);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== insufficientPrivilege) throw cause;
    throw new OwnerNotBound(
      `The address of the migrations may not act as ${owner}, the owner of the database ${name}: give it a user who is, or may become that role`,
      { cause },
    );
  }
}

const insufficientPrivilege = '42501';

/** Not what extensions brought: that stays with them. */
const takeOver = (owner: string) => `
  do $$
  declare
    new_owner constant regrole := ${pg.escapeLiteral(pg.escapeIdentifier(owner))};
    of_another text;
  begin
    for of_another in
      select format('schema %I', nspname) from pg_namespace where nspname = 'platform' and nspowner <> new_owner
       union all
      select format('%s %s', case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
                    c.oid::regclass)
        from pg_class c
       where relnamespace in (to_regnamespace('public'), to_regnamespace('platform')) and relkind in ('r', 'p', 'v', 'm', 'S')
         and relowner <> new_owner
         and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'a', 'i'))
       union all
      select format('routine %s', p.oid::regprocedure) from pg_proc p
       where pronamespace in (to_regnamespace('public'), to_regnamespace('platform')) and proowner <> new_owner
         and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    loop
      execute format('alter %s owner to %s', of_another, new_owner);
    end loop;
  end $$`;
