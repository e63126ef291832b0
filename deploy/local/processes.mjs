// The one list of processes of the product, and what each of them is told by its environment.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { localCertificate } from './certificate.mjs';
import { localDir } from './paths.mjs';
import { httpServes } from './probes.mjs';

/** Services with a database and a role of their own. */
export const services = [
  'membership',
  'directory',
  'provisioning',
  'metering',
  'billing',
  'console',
];

/**
 * @typedef {object} Process
 * @property {string} name
 * @property {string} [of] the service that it is another process of
 * @property {string} entry compiled file, from the root of the project
 * @property {boolean} [database] has a database of its own
 * @property {boolean} [grpc] answers gRPC
 * @property {number} [publicPort] where people reach it; kept from start to start
 * @property {number} [heapMb] limit of the heap
 */

/** @type {Process[]} */
export const processes = [
  { name: 'issuer', entry: 'dist/deploy/local/issuer/main.js', publicPort: 4201, heapMb: 128 },
  { name: 'ent', entry: 'dist/test/simulators/open-ent-ng/main.js', heapMb: 256 },
  service('membership'),
  service('directory'),
  service('provisioning'),
  service('metering'),
  // With the threads that draw papers beside it below 512 MB on a billing day (`npm run bench -- bill`).
  { ...service('billing'), heapMb: 384 },
  { ...service('console'), publicPort: 4200 },
  // Keeps nothing: it asks membership, directory and console.
  { name: 'ldap', entry: 'dist/apps/ldap/src/main.js', publicPort: 4636, heapMb: 256 },
];

function service(name) {
  return { name, entry: `dist/apps/${name}/src/main.js`, database: true, grpc: true, heapMb: 512 };
}

/**
 * How Node is told the limits of its heap. V8 gives what is new 4 MB where the whole may have 512: what a request under way
 * still holds is then taken for old, and all that is old walked again and again. With 16 (three times that at most) less of
 * it is.
 * @param {Process} one
 */
export const heapOptions = ({ heapMb }) => [
  `--max-old-space-size=${heapMb}`,
  '--max-semi-space-size=16',
];

/** All of them, and of each service another process beside the first, whom nobody asks anything. */
export const processesTwice = [
  ...processes,
  ...processes
    .filter(({ database }) => database)
    .map((one) => ({
      ...one,
      name: `${one.name}-2`,
      of: one.name,
      publicPort: one.publicPort && 0,
    })),
];

/** Clients of the issuer: every service, the one that serves LDAP, the one who plays the demo, and scripts that run the operator's commands. */
export const clients = [...services, 'ldap', 'player', 'ent-script'];

/**
 * What each process learns from its environment. `HTTP_PORT` is private (health, metrics), except
 * for the issuer and the simulator, who have no other; the console's public one is `PUBLIC_PORT`.
 * @param {{ ports: import('./ports.mjs').Ports, secret: (name: string) => string, backing: {
 *   databaseUrls: Record<string, string>, postgresUrl: string, kafkaBrokers: string, redisUrl: string }, dir: string }} stack
 */
export async function environments({ ports, secret, backing, dir, chosen, twice = false }) {
  const of = new Map();
  const all = twice ? processesTwice : processes;
  for (const { name, publicPort, grpc } of all) {
    const isOpen = publicPort !== undefined;
    const stable = isOpen && (await ports.take(name, publicPort || undefined));
    const http = name === 'issuer' ? stable : await ports.take(`${name}-http`);
    of.set(name, { http, public: stable, grpc: grpc && (await ports.take(`${name}-grpc`)) });
  }
  const local = (name, kind) => `127.0.0.1:${of.get(name)[kind]}`;
  const common = {
    ...inherited(),
    NODE_ENV: 'production',
    // Nobody's memberships end here before their day: a demo plays its days.
    CALENDAR: calendarOf(process.env),
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    // Compiled code is kept between starts: a third less work for eight processes on two cores.
    NODE_COMPILE_CACHE: join(localDir, 'node-compile-cache'),
    KAFKA_BROKERS: backing.kafkaBrokers,
    REDIS_URL: backing.redisUrl,
    ISSUER_URL: `http://localhost:${of.get('issuer').public}`,
    CONSOLE_URL: `http://localhost:${of.get('console').public}`,
    ENT_URL: `http://${local('ent', 'http')}`,
    LDAP_URL: `ldaps://${local('ldap', 'public')}`,
    FACT_KEY_RING_FILE: `${dir}/fact-keys/ring.json`,
    ...Object.fromEntries(services.map((s) => [`${s.toUpperCase()}_RPC`, local(s, 'grpc')])),
    ...Object.fromEntries(
      processes.map((p) => [`${p.name.toUpperCase()}_HTTP`, local(p.name, 'http')]),
    ),
  };
  const forProcess = ({ name: one, of: name = one }) => {
    const own = of.get(one);
    return {
      ...common,
      HTTP_PORT: String(own.http),
      DATA_DIR: `${dir}/${name}`,
      ANCHOR_FOLDER: `${dir}/anchors`,
      // Nobody spreads requests here, who would have to hear that a process stops.
      DRAIN_SECONDS: process.env.DRAIN_SECONDS ?? '0',
      ...(own.grpc && { GRPC_PORT: String(own.grpc) }),
      ...(services.includes(name) && { FACT_KEY_FILE: `${dir}/fact-keys/${name}/private.json` }),
      ...(own.public && { PUBLIC_PORT: String(own.public) }),
      ...(backing.databaseUrls[name] && { DATABASE_URL: backing.databaseUrls[name] }),
      ...(clients.includes(name) && { CLIENT_SECRET: secret(`client-${name}`) }),
      ...ownSettings(name, { secret, dir }),
      ...chosenFor(name),
    };
  };
  const names = chosen ?? all.map(({ name }) => name);
  return {
    common,
    children: all.filter(({ name }) => names.includes(name)),
    of: forProcess,
    /** For commands that a person runs: all addresses, databases included. */
    operator: {
      ...common,
      CLIENT_SECRET: secret('client-player'),
      ENT_SCRIPT_SECRET: secret('client-ent-script'),
      ...entAdministrator(secret),
      AAF_DROP_FOLDER: dropFolder(dir),
      // `ent services` leaves here what it wants of the supervisor.
      STACK_FOLDER: dir,
      // `ent backup` acts as the owners of all databases, and reads what services keep in files.
      BACKUP_DATABASE_URL: backing.postgresUrl,
      BACKUP_FOLDER: `${dir}/backups`,
      DOCUMENT_FOLDER: `${dir}/membership/documents`,
      ANCHOR_FOLDER: `${dir}/anchors`,
      FACT_KEY_FOLDER: `${dir}/fact-keys`,
      ...Object.fromEntries(
        Object.entries(backing.databaseUrls).map(([s, url]) => [
          `${s.toUpperCase()}_DATABASE_URL`,
          url,
        ]),
      ),
    },
    ports: of,
  };
}

/** Of services and databases alike. @param {Record<string, string | undefined>} environment */
export const calendarOf = ({ CALENDAR }) => CALENDAR ?? 'player';

/** Up when both its lights are green. The issuer and the simulator may have none: any answer will do. */
export function readiness(name, httpPort) {
  const helper = name === 'issuer' || name === 'ent';
  const isGreen = (light) =>
    httpServes(
      `http://127.0.0.1:${httpPort}/health/${light}`,
      (status) => status < 300 || (helper && status === 404),
    );
  return async () => (await isGreen('ready')) && (await isGreen('flowing'));
}

/** Exports of the directory of the State are put there, and read from nowhere else. */
const dropFolder = (dir) => `${dir}/directory/aaf-drop`;

/** What one process alone is told. */
function ownSettings(name, { secret, dir }) {
  // As an operator sets it so that grace and trash fit into three months (SUP-4).
  const ent = {
    ...{ ENT_LOGIN: 'connecteur', ENT_PASSWORD: secret('ent-connector') },
    ENT_PURGE_DAYS: '23',
  };
  if (name === 'issuer') return { CLIENT_SECRETS: clientSecrets(secret) };
  if (name === 'ent') return { ...ent, ...entAdministrator(secret), ENT_DATA_DIR: `${dir}/ent` };
  if (name === 'provisioning') return ent;
  if (name === 'console') return { BRAND: 'Académie de Nantes' };
  if (name === 'ldap') return ldapSettings(dir);
  if (name !== 'directory') return {};
  mkdirSync(dropFolder(dir), { recursive: true, mode: 0o700 });
  return { AAF_DROP_FOLDER: dropFolder(dir), INE_HASH_KEY: secret('ine-hash-key') };
}

/** Who administers the simulated ENT besides the connector: the demo prints its letters with it. */
const entAdministrator = (secret) => ({
  ENT_ADMIN_LOGIN: 'editique',
  ENT_ADMIN_PASSWORD: secret('ent-administrator'),
});

/** A certificate that nobody vouches for, and this machine alone may come in. */
function ldapSettings(dir) {
  const { certificateFile, keyFile } = localCertificate(`${dir}/ldap`);
  return {
    PUBLIC_HOST: '127.0.0.1',
    LDAP_CERTIFICATE_FILE: certificateFile,
    LDAP_KEY_FILE: keyFile,
  };
}

const clientSecrets = (secret) =>
  JSON.stringify(Object.fromEntries(clients.map((name) => [name, secret(`client-${name}`)])));

/**
 * A child sees what it needs of the caller's environment, not the whole of it: what the system says, and the settings
 * that an operator may choose. Addresses, ports and secrets are the stack's to give.
 */
export function inherited() {
  const kept = Object.entries(process.env).filter(
    ([name]) => /^(PATH|HOME|LANG|LC_ALL|TZ|TMPDIR|ENT_[A-Z_]+)$/.test(name) || settings.has(name),
  );
  return Object.fromEntries(kept);
}

/** Of every service; each has a default in `libs/config`. */
const settings = new Set([
  ...['LOG_LEVEL', 'DATABASE_POOL_MAX', 'SEAL_EVERY_SECONDS', 'DRAIN_SECONDS'],
  ...['KAFKA_REPLICATION', 'CONSUMER_STALLED_AFTER_MINUTES', 'CALENDAR_PATIENCE_MINUTES'],
  'RPC_PATIENCE',
]);

/** Of one service, with a default in its `config.ts`: nobody else is told, least of all a key to documents. */
const settingsOf = {
  membership: [
    ...['SCHEDULER', 'DOCUMENT_STORE', 'DOCUMENTS_MAX_PER_MEMBER', 'DOCUMENT_MB_MAX_PER_MEMBER'],
    ...['S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ],
  directory: [
    ...['AAF_DROP_KEPT_HOURS', 'AAF_DROP_LOOK_SECONDS', 'AAF_DROP_STABLE_SECONDS'],
    ...['LDAP_SETTINGS_FOLDER', 'LDAP_FULL_EVERY_DAYS'],
    ...['IMPORT_UPLOAD_MB', 'IMPORT_BRAKE_PERCENT', 'IMPORT_BRAKE_LEAST', 'IMPORT_SEASONS'],
    ...['IMPORT_HELD_DAYS', 'IMPORT_BATCH_PEOPLE', 'ERASURE_DAYS'],
  ],
  provisioning: ['REDIS_PREFIX'],
  billing: [
    'BILLED_BY_CALENDAR',
    'COPY_WAIT_MS',
    'DRAFTED_TOGETHER',
    'METERING_WAIT_MS',
    'PLATFORM_FROM',
    'PRINTING_THREADS',
  ],
  console: [
    ...['BRAND', 'SESSION_HOURS', 'TRUSTED_PROXIES', 'REQUESTS_PER_MINUTE_AND_ADDRESS'],
    ...['REQUESTS_PER_MINUTE_AND_PERSON', 'LOGINS_PER_MINUTE_AND_ADDRESS'],
    ...['LOOKS_MAX_PER_HOUR', 'LOOKS_ALARM_PER_HOUR', 'LOOKS_MAX_PER_DAY'],
  ],
  ldap: [
    ...['PUBLIC_HOST', 'LDAP_CONNECTIONS_MAX', 'LDAP_CONNECTIONS_MAX_PER_ADDRESS'],
    ...['LDAP_CONNECTIONS_MAX_PER_ACCOUNT', 'LDAP_SEARCHES_PER_MINUTE'],
  ],
};

const chosenFor = (name) =>
  Object.fromEntries(
    (settingsOf[name] ?? []).flatMap((setting) =>
      process.env[setting] === undefined ? [] : [[setting, process.env[setting]]],
    ),
  );
