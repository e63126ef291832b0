import { createDatabase } from './create-database.js';
import { migrate } from './migrate.js';

/**
 * Sets up one service's database. Environment: SERVICE and either ADMIN_DATABASE_URL with SERVICE_PASSWORD (a database
 * and a role `ent_<service>` are made there) or SERVICE_DATABASE_URL, which the service connects with, and
 * MIGRATION_DATABASE_URL, of the owner. Run from the root of the project. Prints one JSON line:
 * { service, databaseUrl, applied }.
 */
const environment = process.env;
const service = environment['SERVICE'];
const adminUrl = environment['ADMIN_DATABASE_URL'];
const serviceUrl = environment['SERVICE_DATABASE_URL'];
const ownerUrl = environment['MIGRATION_DATABASE_URL'];
const given = serviceUrl && ownerUrl ? { serviceUrl, ownerUrl } : undefined;
if (service === undefined || (given === undefined && adminUrl === undefined)) {
  throw new Error(
    'SERVICE is needed, and ADMIN_DATABASE_URL or both SERVICE_DATABASE_URL and MIGRATION_DATABASE_URL',
  );
}
const addresses =
  given ??
  (await createDatabase({
    adminUrl: adminUrl ?? '',
    database: environment['DATABASE_NAME'] ?? `ent_${service}`,
    role: `ent_${service}`,
    password: environment['SERVICE_PASSWORD'] ?? '',
  }));
const applied = await migrate({
  url: addresses.ownerUrl,
  service,
  role: decodeURIComponent(new URL(addresses.serviceUrl).username),
});
console.log(JSON.stringify({ service, databaseUrl: addresses.serviceUrl, applied }));
