// npm run status — what runs, where, since when, how often restarted, and how far behind. FOLDER: of another run than `npm start`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lightOf } from './lights.mjs';
import { localDir as ofStart } from './paths.mjs';
import { readJson } from './ports.mjs';
import { isAlive } from './process-identity.mjs';

const localDir = process.argv[2] ?? ofStart;

/** Waits for a person, while all runs. */
const forSomebody = [
  ['ent_foreign_records', 'records that their topic’s owner did not write (ent foreign list)'],
  ['ent_plans_held', 'schools whose plans towards the ENT are held (ent provisioning plan list)'],
  ['ent_invoices_not_numbered', 'drafts that could not be numbered (ent billing failures MARKET)'],
  [
    'ent_drafts_contested_late',
    'contested drafts without an answer (ent billing to-settle MARKET)',
  ],
  ['ent_invoices_to_mend', 'issued invoices to mend (ent billing to-mend MARKET)'],
];

const run = readJson(join(localDir, 'run.json'), undefined);

if (!run || !isAlive(run.supervisor)) {
  console.log('Nothing runs. Start it with: npm start');
  const left = (run?.children ?? []).filter(isAlive);
  for (const { name, pid } of left)
    console.log(`  left behind: ${name} (pid ${pid}); the next start ends it`);
  process.exitCode = 1;
} else {
  console.log(`Supervisor ${run.supervisor.pid}, since ${ago(run.supervisor.since)}`);
  for (const [name, url] of Object.entries(run.addresses ?? {})) console.log(`  ${name}: ${url}`);
  // A process may be alive and frozen: what it says of itself counts, not what was seen of it once.
  const rows = await Promise.all(run.children.map(describe));
  print([
    [
      'NAME',
      'STATE',
      'PID',
      'PORT',
      'SINCE',
      'RESTARTS',
      'MEMORY',
      'LAG',
      'OUTBOX',
      'PARKED',
      'WORK',
      'DAY',
    ],
    ...rows.map(({ cells }) => cells),
  ]);
  for (const line of rows.flatMap(({ waits }) => waits)) console.log(line);
  for (const line of calendarOf(rows)) console.log(line);
  const dark = rows.filter(({ light }) => light.fault);
  for (const { name, light } of dark) console.log(`  ${name}: ${light.fault}`);
  console.log(lastBackup());
  console.log(`Logs: ${join(localDir, 'logs')}`);
  if (dark.length > 0) process.exitCode = 1;
}

/** The mode of the calendar, and differences between services. One day of difference is normal at midnight. */
function calendarOf(rows) {
  const services = rows.filter(({ mode }) => mode);
  const modes = [...new Set(services.map(({ mode }) => mode))];
  const days = services.map(({ day }) => day ?? 0);
  const apart = Math.max(...days) - Math.min(...days);
  return [
    ...(modes.length > 0 ? [`Calendar: ${modes.join(' and ')}`] : []),
    ...(modes.length > 1 ? ['  CALENDAR differs from service to service'] : []),
    ...(apart > 1 ? ['  days differ from service to service (ent calendar show)'] : []),
  ];
}

/** A backup's folder is named by its instant. */
function lastBackup() {
  const { BACKUP_FOLDER: folder = join(localDir, 'backups') } = process.env;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const instants = names.filter((name) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/.test(name));
  const newest = instants.sort().at(-1);
  if (!newest) return 'Last backup: none (npm run ent -- backup create)';
  return `Last backup: ${ago(newest.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'))} old, ${join(folder, newest)}`;
}

async function describe(child) {
  const metrics = child.httpAddress ? await readMetrics(child.httpAddress) : [];
  const light = await lightOf(child);
  const sum = (name) => {
    const values = metrics.filter((m) => m.name === name).map((m) => m.value);
    return values.length > 0 ? String(values.reduce((a, b) => a + b, 0)) : '';
  };
  const memory = metrics.find((m) => m.name === 'process_resident_memory_bytes')?.value;
  const day = metrics.find((m) => m.name === 'ent_business_day')?.value;
  const asOld = metrics.some((m) => m.name === 'ent_broker_answers' && m.value === 0) ? '?' : '';
  const lag = sum('ent_consumer_lag');
  const cells = [
    child.name,
    light.state,
    child.pid ?? '',
    child.port || '',
    ago(child.since),
    child.restarts,
    memory ? `${Math.round(memory / 1e6)} MB` : '',
    lag === '' ? '' : lag + asOld,
    sum('ent_outbox_pending'),
    sum('ent_parked_events'),
    sum('ent_work_pending'),
    day > 0 ? new Date(day * 86_400_000).toISOString().slice(0, 10) : '',
  ];
  const waits = forSomebody
    .filter(([name]) => Number(sum(name)) > 0)
    .map(([name, words]) => `  ${child.name}: ${sum(name)} ${words}`);
  const byClock = metrics.find((m) => m.name === 'ent_calendar_by_clock')?.value;
  const mode = byClock === undefined ? undefined : byClock === 1 ? 'clock' : 'player';
  return { name: child.name, light, cells, waits, day, mode };
}

/** Prometheus text → samples. A service that does not answer has none. */
async function readMetrics(address) {
  try {
    const response = await fetch(`http://${address}/metrics`, {
      signal: AbortSignal.timeout(2_000),
    });
    if (!response.ok) return [];
    return (await response.text()).split('\n').flatMap(parseSample);
  } catch {
    return []; // its state is shown beside; a status is no place to fail
  }
}

function parseSample(line) {
  const match = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)/i.exec(line);
  if (!match) return [];
  const labels = [...(match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  return [{ name: match[1], labels: Object.fromEntries(labels), value: Number(match[3]) }];
}

function ago(instant) {
  const seconds = Math.round((Date.now() - Date.parse(instant)) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function print(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  for (const row of rows) {
    console.log(`  ${row.map((cell, i) => String(cell).padEnd(widths[i])).join('  ')}`.trimEnd());
  }
}
