import { createDatabase } from './create-database.js';
import { migrate } from './migrate.js';

/**
 * Sets up one service's database. Environment: SERVICE, SERVICE_PASSWORD and either ADMIN_DATABASE_URL
 * (a database and a role `ent_<service>` are made there) or SERVICE_DATABASE_URL (given, owner's
 * rights). Run from the root of the project. Prints one JSON line: { service, databaseUrl, applied }.
 */
const environment = process.env;
const service = environment['SERVICE'];
const given = environment['SERVICE_DATABASE_URL'];
const adminUrl = environment['ADMIN_DATABASE_URL'];
if (service === undefined || (given === undefined && adminUrl === undefined)) {
  throw new Error('SERVICE and ADMIN_DATABASE_URL (or SERVICE_DATABASE_URL) are needed');
}
const role = `ent_${service}`;
const addresses =
  given !== undefined || adminUrl === undefined
    ? { ownerUrl: given ?? '', serviceUrl: given ?? '' }
    : await createDatabase({
        adminUrl,
        database: environment['DATABASE_NAME'] ?? role,
        role,
        password: environment['SERVICE_PASSWORD'] ?? '',
      });
const applied = await migrate({
  url: addresses.ownerUrl,
  service,
  ...(given === undefined ? { role } : {}),
});
console.log(JSON.stringify({ service, databaseUrl: addresses.serviceUrl, applied }));
