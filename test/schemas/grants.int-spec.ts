import pg from 'pg';
import { serviceNames } from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/testing';

/**
 * Goal: a service may do with each table what its grants.sql states, and nothing with the structure. Method: each
 * service's migrations on a fresh database, whose catalogs are asked what its role may.
 */
describe.each(serviceNames)('%s', (service) => {
  let fresh: FreshDatabase;
  let owner: pg.Client;
  beforeAll(async () => {
    fresh = await freshDatabase(service);
    owner = new pg.Client({ connectionString: fresh.ownerUrl });
    await owner.connect();
  }, 60_000);
  afterAll(async () => {
    await owner.end();
    await fresh.drop();
  });
  const listed = async (sql: string) => {
    const role = new URL(fresh.url).username;
    const { rows } = await owner.query<{ name: string }>(
      `with role as (select oid, rolname as name from pg_roles where rolname = $1),
            held as (select c.*, c.oid::regclass::text as name from pg_class c
                      where relnamespace in ('public'::regnamespace, 'platform'::regnamespace) and relkind in ('r', 'p', 'v', 'm')),
            own_function as (select p.* from pg_proc p
              where pronamespace in ('public'::regnamespace, 'platform'::regnamespace)
                and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))
       ${sql}`,
      [role],
    );
    return rows.map(({ name }) => name);
  };

  test('each table has a stated grant', async () => {
    expect(
      await listed(
        `select held.name from held, role where not has_table_privilege(role.oid, held.oid, 'select')`,
      ),
    ).toEqual([]);
  });

  test('what a trigger keeps from being changed or removed, no grant lets it try', async () => {
    // Of pg_trigger.tgtype, 8 is DELETE and 16 is UPDATE; one without a condition or columns refuses them always.
    expect(
      await listed(
        `select held.name || ': ' || verb as name
           from role, held join pg_trigger t on t.tgrelid = held.oid and t.tgqual is null and t.tgattr = ''
           join pg_proc f on f.oid = t.tgfoid and f.proname ~ '^(refuse_(.*_)?change|keep_until_due)$',
           (values ('delete', 8), ('update', 16)) as verbs (verb, bit)
          where t.tgtype & bit <> 0 and has_table_privilege(role.oid, held.oid, verb)`,
      ),
    ).toEqual([]);
  });

  test('a function that acts as the owner names where it looks, the temporary schema last, and is called by whom a line names', async () => {
    expect(
      await listed(
        `select proname as name from own_function where prosecdef
            and not coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, public, pg_temp"}'`,
      ),
    ).toEqual([]);
    expect(
      await listed(
        `select distinct proname as name from own_function, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
          where prosecdef and acl.grantee <> proowner and (acl.grantee = 0 or prorettype = 'trigger'::regtype)`,
      ),
    ).toEqual([]);
  });

  test('a function that acts as the owner acts as nobody who rules over the server', async () => {
    expect(
      await listed(
        `select proname || ' as ' || rolname as name from own_function join pg_roles r on r.oid = proowner
          where prosecdef and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or rolcanlogin)`,
      ),
    ).toEqual([]);
  });

  test('its role owns nothing, makes nothing, empties nothing and rules over nobody', async () => {
    const temporary = service === 'directory' ? ['temporary'] : [];
    expect(
      await listed(
        `select 'owns ' || coalesce(nullif(objid, 0)::text, 'the database') as name from pg_shdepend d, role
          where d.refclassid = 'pg_authid'::regclass and d.refobjid = role.oid and d.deptype = 'o'
         union all
         select verb || ' ' || held.name from held, role, unnest('{truncate,trigger,references}'::text[]) as verb
          where has_table_privilege(role.oid, held.oid, verb)
         union all
         select 'create in ' || nspname from pg_namespace, role
          where nspname !~ '^pg_t' and has_schema_privilege(role.oid, pg_namespace.oid, 'create')
         union all
         select verb from role, unnest('{create,temporary}'::text[]) as verb
          where has_database_privilege(role.oid, current_database(), verb)
         union all
         select 'is more than a login' from pg_roles, role
          where rolname = role.name and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)
         union all
         select 'is a member of ' || roleid::regrole from pg_auth_members, role where member = role.oid`,
      ),
    ).toEqual(temporary);
  });
});
