import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { removeStack, type Stack, StackRuns, startStack } from './stack.mjs';

let dir: string;
let stack: Stack;
const start = () =>
  startStack({ dir, processes: ['issuer', 'ent'], environment: {}, throwAway: true });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stack-'));
  stack = await start();
}, 120_000);

afterAll(async () => {
  await stack.stop();
  removeStack(dir);
}, 60_000);

const ask = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('the local stack', () => {
  test('gives every service a database and a role that reaches no other', async () => {
    const { databaseUrls } = stack.backing;
    const membership = databaseUrls['membership'] ?? '';
    expect(await ask(membership, 'select current_database() as db, current_user as who')).toEqual([
      { db: 'ent_membership', who: 'ent_membership' },
    ]);
    const trespass = membership.replace(/\/ent_membership$/, '/ent_directory');
    await expect(ask(trespass, 'select 1')).rejects.toMatchObject({ code: '42501' });
    await expect(ask(membership, 'create table public.mine ()')).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('npm run status tells what runs of it, and ends with 0', async () => {
    const told = promisify(execFile)(process.execPath, ['deploy/local/status.mjs', dir]);
    expect((await told).stdout.replaceAll(/ +/g, ' ')).toMatch(
      /^Supervisor \d+, since [^]*\n NAME STATE PID PORT [^]*\n postgres ready \d+ \d+ [^]*\n ent ready \d+ [^]*\nLogs: /,
    );
  });

  test('refuses a second one in the same folder, which changes nothing', async () => {
    const before = stack.pidOf('ent');
    await expect(start()).rejects.toBeInstanceOf(StackRuns);
    expect(stack.pidOf('ent')).toBe(before);
  });

  test('restarts a killed process, which answers at the same address', async () => {
    const restarts = stack.restartsOf('ent');
    stack.kill('ent');
    while (stack.restartsOf('ent') === restarts) await sleep(10);
    await stack.waitReady('ent');
    expect((await fetch(stack.env['ENT_URL'] ?? '')).status).toBeLessThan(500);
  }, 30_000);

  test('keeps secrets where only their owner reads them', () => {
    for (const name of ['secrets.json', 'env.json', 'run.json']) {
      expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
    }
  });

  test('stops completely, and starts again on the same ports with the same secrets', async () => {
    const ports = readFileSync(join(dir, 'ports.json'), 'utf8');
    const { CLIENT_SECRET } = stack.env;
    await stack.stop();
    expect(JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'))).toMatchObject({ children: [] });
    await expect(fetch(stack.env['ENT_URL'] ?? '')).rejects.toThrow();
    stack = await start();
    expect(readFileSync(join(dir, 'ports.json'), 'utf8')).toBe(ports);
    expect(stack.env['CLIENT_SECRET']).toBe(CLIENT_SECRET);
  }, 120_000);
});
