import type { ServiceName } from '#libs/contracts';

export type ServiceDatabase = {
  readonly service: ServiceName;
  readonly name: string;
  /** What the service connects with. */
  readonly role: string;
  readonly password: string;
  /** Of whoever may act as the owner; to restore, may make databases too. */
  readonly adminUrl: string;
};

/** Its addresses stand in the environment, as for `ent migrate`; one for all services in BACKUP_DATABASE_URL. */
export function databaseOf(service: ServiceName): ServiceDatabase {
  const prefix = service.toUpperCase();
  const own = new URL(required(`${prefix}_DATABASE_URL`));
  const given = process.env[`${prefix}_MIGRATION_DATABASE_URL`];
  const admin = new URL(given || required('BACKUP_DATABASE_URL'));
  admin.pathname = own.pathname;
  return {
    ...{ service, name: decodeURIComponent(own.pathname.slice(1)), adminUrl: admin.href },
    ...{ role: decodeURIComponent(own.username), password: decodeURIComponent(own.password) },
  };
}

export function addressTo(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} n’est pas défini : rien n’a été fait.`);
  return value;
}
