import { jest } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { Health, ObservabilityModule } from '#libs/observability';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import {
  Database,
  isInfrastructureFault,
  PersistenceModule,
  requireUnalteredRole,
} from './index.js';

/**
 * Goal: a role's changes of itself are forbidden where PostgreSQL can, and noticed where it cannot. Method:
 * the role alters itself by SQL; a process connects anew.
 */
let fresh: FreshDatabase;
let role: string;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  role = new URL(fresh.url).username;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await fresh.asOwner(`alter role ${role} reset all;
    alter role ${role} in database ${role} reset all;
    alter role ${role} password '${new URL(fresh.url).password}'`);
});
afterAll(() => fresh?.drop());

async function process() {
  const app = await NestFactory.createApplicationContext(
    {
      module: class Service {},
      imports: [
        ObservabilityModule.forService('test', 'silent'),
        PersistenceModule.forRoot({ databaseUrl: fresh.url, poolMax: 2, name: 'test' }),
      ],
    },
    { logger: false, abortOnError: false },
  );
  const health = app.get(Health, { strict: false });
  return {
    app,
    database: app.get(Database),
    fault: async () => (await health.faults('SERVING'))['postgresql'],
  };
}

test.each([
  ['set default_transaction_read_only = on', 'default_transaction_read_only'],
  ["set timezone = 'Pacific/Auckland'", 'TimeZone'],
  ["set datestyle = 'German'", 'DateStyle'],
  ['set search_path = pg_temp', 'search_path'],
  ["set role = 'none'", 'role'],
  ['in database DATABASE set statement_timeout = 1', 'statement_timeout'],
])('SUP-2: a role that alters itself is not connected with: %s', async (change, setting) => {
  const { app, database, fault } = await process();
  try {
    expect(await fault()).toBeUndefined();
    await database.query(`alter role ${role} ${change.replace('DATABASE', role)}`);
    // A connection of before is red at once, and no new one is used.
    expect(await fault()).toContain(`${role} has settings of its own (${setting})`);
    const held = await Promise.all([
      database.connect().catch(String),
      database.connect().catch(String),
    ]);
    expect(held.filter((each) => typeof each === 'string')).toEqual([
      expect.stringContaining('RoleAltered'),
    ]);
    for (const client of held) if (typeof client !== 'string') client.release(true);
    const refused = await database.query('select 1').catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'RoleAltered' });
    expect(isInfrastructureFault(refused)).toBe(true);
    await fresh.asOwner(
      `alter role ${role} reset all; alter role ${role} in database ${role} reset all`,
    );
    expect(await fault()).toBeUndefined();
    await database.query('select 1');
  } finally {
    await app.close();
  }
});

test('SUP-2: a password that the role changed is seen within a minute, and parks no record', async () => {
  const { app, database, fault } = await process();
  try {
    await database.query(`alter role ${role} password 'another'`);
    expect(await fault()).toBeUndefined();
    const now = performance.now() + 60_000;
    jest.spyOn(performance, 'now').mockReturnValue(now);
    expect(await fault()).toContain('refuses the password');
    const refused = await database.connectAnew().catch((error: unknown) => error);
    expect(isInfrastructureFault(refused)).toBe(true);
  } finally {
    jest.restoreAllMocks();
    await app.close();
  }
});

test('SUP-2: what a role may not do to itself or to others is refused by PostgreSQL', async () => {
  const owner = `${role}_owner`;
  for (const statement of [
    `alter role ${role} superuser`,
    `alter role ${role} createrole`,
    `alter role ${role} bypassrls`,
    `alter role ${role} connection limit 0`,
    `alter role ${role} valid until '2000-01-01'`,
    `alter role ${role} set session_replication_role = replica`,
    `alter role ${role} set log_statement = 'none'`,
    `alter role ${owner} login`,
    `alter role ${owner} set search_path = pg_temp`,
    `alter database ${role} set timezone = 'UTC'`,
    `grant ${role} to ${owner}`,
    `grant ${owner} to ${role}`,
    `set role ${owner}`,
    `set session authorization ${owner}`,
    `create role another`,
    `drop role ${owner}`,
    `comment on role ${role} is ''`,
  ]) {
    await expect(fresh.database.query(statement)).rejects.toMatchObject({
      code: '42501',
    });
  }
});

test('SUP-4: the service’s own role writes no large object, which no retention would find', async () => {
  for (const call of [
    'lo_create(0)',
    'lo_creat(-1)',
    "lo_from_bytea(0, '\\x00')",
    "lo_put(1, 0, '\\x00')",
    'lo_get(1)',
    'lo_open(1, 131072)',
    "lowrite(0, '\\x00')",
    'loread(0, 1)',
    'lo_truncate(0, 0)',
    'lo_unlink(1)',
    "lo_import('/etc/hostname')",
    "lo_export(1, '/tmp/x')",
  ]) {
    await expect(fresh.database.query(`select ${call}`)).rejects.toMatchObject({ code: '42501' });
  }
  await fresh.asOwner('grant execute on function lo_create(oid) to public');
  try {
    const app = process();
    await expect(app).rejects.toThrow(/may execute lo_create/);
  } finally {
    await fresh.asOwner('revoke execute on function lo_create(oid) from public');
  }
});

test('SUP-2: settings of other roles, and of every role in the database, are not the role’s own', async () => {
  const client = new pg.Client({ connectionString: fresh.url });
  await fresh.asOwner(
    `alter role ${role}_owner set timezone = 'UTC'; alter database ${role} set timezone = 'UTC'`,
  );
  await client.connect();
  try {
    await requireUnalteredRole(client as never);
  } finally {
    await client.end();
    await fresh.asOwner(`alter role ${role}_owner reset all; alter database ${role} reset all`);
  }
});
