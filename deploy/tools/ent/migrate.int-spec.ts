import { randomBytes } from 'node:crypto';
import { createDatabase } from '#libs/persistence';
import { queryAt, required } from '#libs/testing';
import { ent } from '../../../test/support/ent-command.js';
import * as migrate from '../migrate.js';

/** Goal: an operator brings a database that was given to the release at hand. Method: a new one, of metering. */
const name = `test_ent_migrate_${randomBytes(6).toString('hex')}`;
let owner: string;

beforeAll(async () => {
  const made = await createDatabase({
    adminUrl: required('DATABASE_URL'),
    ...{ database: name, role: name, password: name },
  });
  owner = made.ownerUrl;
  process.env['METERING_DATABASE_URL'] = made.serviceUrl;
});
afterEach(() => void delete process.env['METERING_MIGRATION_DATABASE_URL']);
afterAll(async () => {
  delete process.env['METERING_DATABASE_URL'];
  await queryAt(required('DATABASE_URL'), `drop database ${name} with (force)`);
  await queryAt(required('DATABASE_URL'), `drop role ${name}`);
});

test('without the owner’s address nothing is done, and the name that is missing is told', async () => {
  const [status, told] = await ent(migrate, 'metering');
  expect([status, told]).toEqual([2, expect.stringContaining('METERING_MIGRATION_DATABASE_URL')]);
  expect((await ent(migrate, 'metring'))[0]).toBe(2);
  const { rows } = await queryAt(owner, `select to_regclass('account_day') as there`);
  expect(rows).toEqual([{ there: null }]);
});

test('brings the database to this release, and gives the service’s role what grants.sql says and no more', async () => {
  process.env['METERING_MIGRATION_DATABASE_URL'] = owner;
  expect(await ent(migrate, 'metering')).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`fichiers appliqués, droits donnés à ${name}\\.\n  CALENDAR=clock\n$`),
    ),
  ]);
  const { rows } = await queryAt(
    owner,
    `select has_table_privilege('${name}', 'platform.audit_entry', 'insert') as adds,
            has_table_privilege('${name}', 'platform.audit_entry', 'update') as rewrites`,
  );
  expect(rows).toEqual([{ adds: true, rewrites: false }]);
  const [again, json] = await ent(migrate, 'metering', '--json');
  expect([again, JSON.parse(json)]).toEqual([
    0,
    { service: 'metering', role: name, calendar: 'clock', applied: [] },
  ]);
});

test('MKT-4: writes the mode of the calendar into the database, the clock unless CALENDAR says otherwise', async () => {
  process.env['METERING_MIGRATION_DATABASE_URL'] = owner;
  const mode = async () =>
    (await queryAt(owner, 'select mode from platform.calendar_mode')).rows[0]!['mode'];
  try {
    process.env['CALENDAR'] = 'player';
    expect([(await ent(migrate, 'metering'))[0], await mode()]).toEqual([0, 'player']);
    process.env['CALENDAR'] = 'playr';
    expect([(await ent(migrate, 'metering'))[0], await mode()]).toEqual([2, 'player']);
  } finally {
    delete process.env['CALENDAR'];
  }
  expect([(await ent(migrate, 'metering'))[0], await mode()]).toEqual([0, 'clock']);
});

test('refuses a service’s role that is the owner: no grant would bind it', async () => {
  process.env['METERING_MIGRATION_DATABASE_URL'] = owner;
  const serviceUrl = process.env['METERING_DATABASE_URL'];
  process.env['METERING_DATABASE_URL'] = owner;
  expect(await ent(migrate, 'metering')).toEqual([1, expect.stringContaining('(ServiceIsOwner)')]);
  process.env['METERING_DATABASE_URL'] = serviceUrl;
});
