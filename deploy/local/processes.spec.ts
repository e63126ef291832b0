import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { billingSettings } from '../../apps/billing/src/config.js';
import { consoleSettings } from '../../apps/console/src/config.js';
import { settingsSchema as directorySettings } from '../../apps/directory/src/config.js';
import { ldapSettings } from '../../apps/ldap/src/config.js';
import { membershipSettings } from '../../apps/membership/src/config.js';
import { meteringSettings } from '../../apps/metering/src/config.js';
import { provisioningSettings } from '../../apps/provisioning/src/config.js';
import { Ports } from './ports.mjs';
import { environments, inherited } from './processes.mjs';

/** What the stack itself decides: its addresses, folders and secrets, and the pace of its simulated ENT. */
const ofTheStack = new Set([
  ...[
    'DATABASE_URL',
    'KAFKA_BROKERS',
    'REDIS_URL',
    'GRPC_PORT',
    'HTTP_PORT',
    'PUBLIC_PORT',
    'HOST',
  ],
  ...[
    'ISSUER_URL',
    'CONSOLE_URL',
    'CLIENT_SECRET',
    'ANCHOR_FOLDER',
    'DATA_DIR',
    'FACT_KEY_FILE',
    'FACT_KEY_RING_FILE',
    'AAF_DROP_FOLDER',
  ],
  ...['INE_HASH_KEY', 'WEB_FOLDER', 'ENT_URL', 'ENT_LOGIN', 'ENT_PASSWORD'],
  'ENT_PURGE_DAYS',
  ...['LDAP_URL', 'LDAP_CERTIFICATE_FILE', 'LDAP_KEY_FILE'],
  ...['MEMBERSHIP', 'PROVISIONING', 'BILLING', 'METERING', 'DIRECTORY', 'CONSOLE'].map(
    (one) => `${one}_RPC`,
  ),
]);
const schemas = {
  membership: membershipSettings,
  directory: directorySettings,
  provisioning: provisioningSettings,
  metering: meteringSettings,
  billing: billingSettings,
  console: consoleSettings,
  ldap: ldapSettings,
};
const nobodysDefault = 'chosen by the operator';
const before = { ...process.env };
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterEach(() => {
  process.env = { ...before };
  rmSync(dir, { recursive: true });
});
const told = () =>
  environments({
    ports: new Ports(),
    secret: (name) => `secret of ${name}`,
    backing: { databaseUrls: {}, kafkaBrokers: '127.0.0.1:1', redisUrl: 'redis://127.0.0.1:1' },
    dir,
  });

test('whatever an operator may set reaches the process that reads it', async () => {
  const chosen = Object.entries(schemas).map(
    ([name, { shape }]) =>
      [name, Object.keys(shape).filter((setting) => !ofTheStack.has(setting))] as const,
  );
  for (const setting of chosen.flatMap(([, settings]) => settings))
    process.env[setting] = nobodysDefault;
  const { of } = await told();
  const lost = chosen.flatMap(([name, settings]) => {
    const env = of({ name });
    return settings.filter((setting) => env[setting] !== nobodysDefault);
  });
  expect(lost).toEqual([]);
  expect(chosen.flatMap(([, settings]) => settings)).toEqual(
    expect.arrayContaining(['KAFKA_REPLICATION', 'SCHEDULER']),
  );
  // The program that makes the topics is no process of the list.
  expect(inherited()['KAFKA_REPLICATION']).toBe(nobodysDefault);
});

test('the key that hides INEs is drawn for each stack, and has no default', async () => {
  const { of } = await told();
  expect(of({ name: 'directory' })['INE_HASH_KEY']).toBe('secret of ine-hash-key');
  expect(directorySettings.shape.INE_HASH_KEY.safeParse(undefined).success).toBe(false);
});

test('a key to the documents and what else surrounds the operator reach nobody else', async () => {
  process.env['S3_SECRET_ACCESS_KEY'] = 'the key';
  process.env['SOMETHING_ELSE'] = 'private';
  process.env['DATABASE_URL'] = 'postgresql://owner@elsewhere/everything';
  const { of, children } = await told();
  const knowing = (setting: string, value: string) =>
    children.map(({ name }) => name).filter((name) => of({ name })[setting] === value);
  expect(knowing('S3_SECRET_ACCESS_KEY', 'the key')).toEqual(['membership']);
  expect(knowing('SOMETHING_ELSE', 'private')).toEqual([]);
  expect(knowing('DATABASE_URL', 'postgresql://owner@elsewhere/everything')).toEqual([]);
});
