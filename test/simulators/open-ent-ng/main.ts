import { OpenEntNg } from './open-ent-ng.js';

const number = (name: string, otherwise: number) => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`${name} must be a number ≥ 0`);
  return value;
};

const simulator = await OpenEntNg.start({
  host: process.env.HOST ?? '127.0.0.1',
  port: number('HTTP_PORT', 4300),
  dataFolder: process.env.ENT_DATA_DIR,
  hasAccessLog: process.env.ENT_ACCESS_LOG === '1',
  importMsPerLine: number('ENT_IMPORT_MS_PER_LINE', 2),
  purgeDays: number('ENT_PURGE_DAYS', 90),
  rate: {
    perSecond: number('ENT_SERVICE_RATE_PER_SECOND', 0),
    latencyMs: number('ENT_LATENCY_MS', 0),
  },
  credentials: {
    login: process.env.ENT_LOGIN ?? 'connecteur',
    password: process.env.ENT_PASSWORD ?? 'connecteur-secret',
  },
  administrators: administratorsOf(process.env),
});
process.stdout.write(`Open ENT-NG (simulator) answers at ${simulator.url}\n`);

/** Besides the connector: somebody who administers the platform, and reads what schools print. */
function administratorsOf({
  ENT_ADMIN_LOGIN: login,
  ENT_ADMIN_PASSWORD: password,
}: NodeJS.ProcessEnv) {
  return login && password ? [{ login, password }] : [];
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.stop().then(() => process.exit(0));
  });
}
