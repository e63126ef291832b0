import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase, required } from '#libs/testing';
import { ent } from '../../test/support/ent-command.js';
import { Supervisor } from '../local/supervisor.mjs';
import { WantedServices } from '../local/wanted-services.mjs';
import * as services from './services.js';

/**
 * Goal: an operator stops the services, and only these, for as long as a recovery needs. Method: a supervisor with three
 * small processes under the names of a service, its second process and a backing service; a real database.
 */
const before = { ...process.env };
let dir: string;
let supervisor: Supervisor;
let wanted: WantedServices;
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase('provisioning', { isUnused: true });
  process.env['PROVISIONING_DATABASE_URL'] = database.url;
  process.env['BACKUP_DATABASE_URL'] = required('DATABASE_URL');
}, 60_000);
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'services-'));
  process.env['STACK_FOLDER'] = dir;
  await startStack();
});
afterEach(async () => {
  await stopStack();
  rmSync(dir, { recursive: true, force: true });
});
afterAll(async () => {
  process.env = before;
  await database.drop();
});

const names = ['provisioning', 'provisioning-2', 'kafka'];
async function startStack() {
  supervisor = new Supervisor({ dir, firstBackOffMs: 20 });
  const children = ['provisioning', 'provisioning-2'].map((name) => ({
    service: 'provisioning',
    child: child(name),
  }));
  const record = (applied: object) => supervisor.setExtra({ services: applied });
  wanted = new WantedServices({ dir, supervisor, children, record });
  await supervisor.start(child('kafka'));
  for (const one of children) await wanted.start(one);
  wanted.follow();
}
async function stopStack() {
  await wanted.stop();
  await supervisor.stopAll();
}

/** Writes its setting and its orderly end to a file. */
const child = (name: string) => ({
  name,
  command: process.execPath,
  args: [
    '-e',
    `const { appendFileSync } = require('node:fs');
     const note = (word) => appendFileSync(${JSON.stringify(join(dir, 'notes'))}, '${name} ' + word + '\\n');
     process.on('SIGTERM', () => setTimeout(() => { note('ended'); process.exit(0); }, 100));
     note('started ' + (process.env.ENT_WORK ?? 'on'));
     setInterval(() => {}, 1000);`,
  ],
  env: { PATH: process.env['PATH'] ?? '' },
  ready: () => {
    const own = notes().filter((line) => line.startsWith(`${name} `));
    return Promise.resolve(own.at(-1)?.includes('started') ?? false);
  },
});
function notes(): string[] {
  try {
    return readFileSync(join(dir, 'notes'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
const states = () => {
  const { children } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as {
    children: { name: string; state: string }[];
  };
  return Object.fromEntries(children.map(({ name, state }) => [name, state]));
};
const all = (state: string) => ({ provisioning: state, 'provisioning-2': state, kafka: 'ready' });
const restarts = () => names.map((name) => supervisor.restartsOf(name));

test('stops both processes of a service after their orderly end, and the supervisor does not restart them', async () => {
  expect(await ent(services, 'stop', 'provisioning')).toEqual([
    0,
    expect.stringMatching(/provisioning : arrêté\.\n {2}provisioning-2 : arrêté\.\n/),
  ]);
  expect(
    notes()
      .filter((line) => line.endsWith('ended'))
      .sort(),
  ).toEqual(['provisioning ended', 'provisioning-2 ended']);
  // Restarted in less time than those would be, if they were.
  supervisor.kill('kafka');
  while (supervisor.restartsOf('kafka') === 0) await sleep(10);
  await supervisor.waitReady('kafka');
  expect([states(), restarts()]).toEqual([all('stopped'), [0, 0, 1]]);
});

test('starts them again, and the supervisor restarts them when they die', async () => {
  await ent(services, 'stop', 'provisioning');
  expect(await ent(services, 'start', 'provisioning')).toEqual([
    0,
    expect.stringContaining('provisioning : en marche.'),
  ]);
  expect(states()).toEqual(all('ready'));
  supervisor.kill('provisioning');
  while (supervisor.restartsOf('provisioning') === 0) await sleep(10);
  await supervisor.waitReady('provisioning');
  expect(states()).toEqual(all('ready'));
});

test('keeps them stopped over a stop and a start of the stack, also when the order came between', async () => {
  await ent(services, 'stop', 'provisioning');
  await stopStack();
  await startStack();
  expect(states()).toEqual(all('stopped'));
  await stopStack();
  // Its supervisor is no more.
  const record = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as object;
  writeFileSync(join(dir, 'run.json'), JSON.stringify({ ...record, supervisor: { pid: 2 ** 30 } }));
  expect(await ent(services, 'start', 'provisioning')).toEqual([
    0,
    expect.stringContaining('npm start'),
  ]);
  await startStack();
  expect(states()).toEqual(all('ready'));
});

test('starts provisioning with its work for the ENT held, and restarts it without', async () => {
  await ent(services, 'stop', 'provisioning');
  expect(await ent(services, 'start', '--held', 'provisioning')).toEqual([
    0,
    expect.stringContaining('ENT_WORK=held'),
  ]);
  expect(notes().at(-1)).toMatch(/started held$/);
  expect((await ent(services, 'start', 'provisioning'))[0]).toBe(0);
  expect(notes().at(-1)).toMatch(/started on$/);
});

test('goes on supervising beside an order that nobody can read, and follows the next one', async () => {
  const read = jest.spyOn(JSON, 'parse');
  writeFileSync(join(dir, 'services.json'), '{');
  while (!read.mock.results.some(({ type }) => type === 'throw')) await sleep(10);
  read.mockRestore();
  expect(states()).toEqual(all('ready'));
  rmSync(join(dir, 'services.json'));
  expect((await ent(services, 'stop', 'provisioning'))[0]).toBe(0);
});

test('names a connection that is left to the database, and ends with 1', async () => {
  const open = new pg.Client({ connectionString: database.url });
  await open.connect();
  try {
    expect(await ent(services, 'stop', 'provisioning')).toEqual([
      1,
      expect.stringContaining('des connexions sont ouvertes'),
    ]);
  } finally {
    await open.end();
  }
  expect(await ent(services, 'stop', 'provisioning')).toEqual([0, expect.anything()]);
});

test('refuses an unknown service, and on a machine without a local stack states the steps', async () => {
  expect((await ent(services, 'stop', 'kafka'))[0]).toBe(2);
  expect((await ent(services, 'start', '--held', 'billing'))[0]).toBe(2);
  delete process.env['STACK_FOLDER'];
  expect(await ent(services, 'stop')).toEqual([
    2,
    expect.stringMatching(/NO_LOCAL_STACK.*SIGTERM/s),
  ]);
  expect(states()).toEqual(all('ready'));
});
