import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './lock.mjs';
import { Ports } from './ports.mjs';
import { beganAt } from './process-identity.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const holdAs = (holder: object) => writeFileSync(join(dir, 'lock'), JSON.stringify(holder));

describe('the lock of a folder', () => {
  test('is held by one, and free again when released', () => {
    const first = takeLock(dir);
    expect(first.held).toBe(true);
    expect(takeLock(dir)).toMatchObject({ held: false, holder: { pid: process.pid } });
    if (first.held) first.release();
    expect(takeLock(dir)).toMatchObject({ held: true, wasStale: false });
  });

  test('is respected while its holder lives', () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    holdAs({ pid: holder.pid, began: beganAt(holder.pid) });
    expect(takeLock(dir)).toMatchObject({ held: false, holder: { pid: holder.pid } });
    holder.kill('SIGKILL');
  });

  test('is stale when its holder is dead', () => {
    holdAs({ pid: 4_194_303, began: 'x' });
    expect(takeLock(dir)).toMatchObject({ held: true, wasStale: true });
  });

  test('is stale when the pid has gone to another process', () => {
    holdAs({ pid: process.ppid, began: 'before' });
    expect(takeLock(dir)).toMatchObject({ held: true, wasStale: true });
  });

  test('is stale when its file is broken', () => {
    writeFileSync(join(dir, 'lock'), '{"pid": 1');
    expect(takeLock(dir)).toMatchObject({ held: true, wasStale: true });
  });
});

describe('the ports', () => {
  test('are the same at the next start', async () => {
    const file = join(dir, 'ports.json');
    const port = await new Ports(file).take('directory');
    expect(await new Ports(file).take('directory')).toBe(port);
  });

  test('give way to a stranger: the next one, without giving one port twice', async () => {
    const wanted = await new Ports().take('probe');
    const stranger = createServer().listen(wanted, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const ports = new Ports();
    const first = await ports.take('console', wanted);
    const second = await ports.take('issuer', wanted);
    stranger.close();
    expect(first).toBeGreaterThan(wanted);
    expect(second).toBeGreaterThan(first);
  });
});
