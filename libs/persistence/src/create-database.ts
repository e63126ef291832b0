import pg from 'pg';

export type NewDatabase = {
  /** Administrative address: may create roles and databases. */
  readonly adminUrl: string;
  readonly database: string;
  readonly role: string;
  readonly password: string;
};

/**
 * One database and one role for a service, made if missing; the role's password is set each time. The database is a
 * third role's, who cannot log in and is no superuser. Nobody but the service's role and the administrator may connect.
 * Returns the two addresses: `ownerUrl` is the administrator's, who may act as the owner.
 */
export async function createDatabase(
  options: NewDatabase,
): Promise<{ ownerUrl: string; serviceUrl: string; created: boolean }> {
  const { adminUrl, database, role, password } = options;
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'ent-migrate' });
  // A server that stops meanwhile fails the statement under way; unheard, it would end the process too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const name = pg.escapeIdentifier(database);
    const roleName = pg.escapeIdentifier(role);
    const secret = pg.escapeLiteral(password);
    // Roles are shared by the whole server: two services may be set up at the same moment.
    await client.query('select pg_advisory_lock(72707370)');
    const hasRole = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    await client.query(
      `${hasRole.rowCount === 0 ? 'create' : 'alter'} role ${roleName} login password ${secret}`,
    );
    const owner = pg.escapeIdentifier(`${role}_owner`);
    const hasOwner = await client.query('select 1 from pg_roles where rolname = $1', [
      `${role}_owner`,
    ]);
    if (hasOwner.rowCount === 0) {
      await client.query(`create role ${owner} nologin`);
      // Who is no superuser may give a database to a role that he may become.
      await client.query(`grant ${owner} to current_user`);
    }
    const has = await client.query('select 1 from pg_database where datname = $1', [database]);
    const created = has.rowCount === 0;
    if (created) {
      await client.query(`create database ${name} encoding 'UTF8' template template0`);
      await client.query(`revoke connect on database ${name} from public`);
    }
    await client.query(`alter database ${name} owner to ${owner}`);
    await client.query(`grant connect on database ${name} to ${roleName}`);
    return {
      ownerUrl: addressOf(adminUrl, database),
      serviceUrl: addressOf(adminUrl, database, role, password),
      created,
    };
  } finally {
    await client.end();
  }
}

function addressOf(adminUrl: string, database: string, role?: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role !== undefined) url.username = encodeURIComponent(role);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.toString();
}
