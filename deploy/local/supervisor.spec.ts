import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Ports } from './ports.mjs';
import { beganAt } from './process-identity.mjs';
import { type Child, endLeftovers, Supervisor } from './supervisor.mjs';

let dir: string;
let supervisor: Supervisor;
let said: string[];
const strays: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'supervisor-'));
  said = [];
  supervisor = new Supervisor({ dir, say: (line) => said.push(line), firstBackOffMs: 20 });
});
afterEach(async () => {
  await supervisor.stopAll();
  for (const stray of strays.splice(0)) stray.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const isAlive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A child that listens on a port, notes its orderly end in a file, and does `extra`. */
function listener(name: string, port: number, extra = '', more: Partial<Child> = {}): Child {
  const code = `
    const { appendFileSync } = require('node:fs');
    const server = require('node:net').createServer((s) => s.on('error', () => {})).listen(${port}, '127.0.0.1');
    process.on('SIGTERM', () => { appendFileSync(${JSON.stringify(join(dir, 'ends'))}, '${name}\\n'); process.exit(0); });
    console.log('hello from ${name}');
    ${extra}`;
  return {
    name,
    command: process.execPath,
    args: ['-e', code],
    env: { PATH: process.env['PATH'] ?? '' },
    port,
    ready: () => answers(port),
    ...more,
  };
}

const record = () =>
  JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as {
    supervisor: { pid: number };
    children: { name: string; pid?: number; restarts: number; state: string }[];
  };

describe('the supervisor', () => {
  test('waits until a child is ready, and records who runs', async () => {
    const port = await new Ports().take('a');
    const pid = await supervisor.start(listener('a', port));
    expect(await answers(port)).toBe(true);
    expect(record()).toMatchObject({
      supervisor: { pid: process.pid },
      children: [{ name: 'a', pid, restarts: 0, state: 'ready', port }],
    });
    expect(readFileSync(supervisor.logOf('a'), 'utf8')).toContain('hello from a');
  });

  test('what a child writes is readable by its own user alone; the mask of the supervisor stays', async () => {
    const before = process.umask();
    const port = await new Ports().take('a');
    const file = join(dir, 'written');
    const write = `require('node:fs').writeFileSync(${JSON.stringify(file)}, 'of a child')`;
    await supervisor.start(listener('a', port, write));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(supervisor.logOf('a')).mode & 0o777).toBe(0o600);
    expect(process.umask()).toBe(before);
  });

  test('restarts a killed child on the same port, and says so', async () => {
    const port = await new Ports().take('a');
    const first = await supervisor.start(listener('a', port));
    supervisor.kill('a');
    while (supervisor.restartsOf('a') === 0) await sleep(10);
    await supervisor.waitReady('a');
    expect(supervisor.pidOf('a')).not.toBe(first);
    expect(await answers(port)).toBe(true);
    expect(said.join('\n')).toMatch(/a died \(signal SIGKILL\).*restart 1[^]*a is back after/);
  });

  test('gives up on a child that dies again and again before it is ready, with the end of its log', async () => {
    const child = {
      ...listener('bad', 1),
      args: ['-e', 'console.error("no such setting"); process.exit(3)'],
      ready: () => Promise.resolve(false),
    };
    await expect(supervisor.start(child)).rejects.toThrow(
      /dies again and again[^]*no such setting/,
    );
  }, 30_000);

  test('gives up on a child that is not ready in time', async () => {
    const port = await new Ports().take('slow');
    const child = {
      ...listener('slow', port),
      ready: () => Promise.resolve(false),
      readyTimeoutMs: 200,
    };
    await expect(supervisor.start(child)).rejects.toThrow(/is not ready in time/);
  });

  test('stops the higher level first, and leaves no process', async () => {
    const ports = new Ports();
    const database = listener('database', await ports.take('d'), '', { level: 0 });
    const service = listener('service', await ports.take('s'), '', { level: 1 });
    const pids = await Promise.all([supervisor.start(database), supervisor.start(service)]);
    await supervisor.stopAll();
    expect(readFileSync(join(dir, 'ends'), 'utf8')).toBe('service\ndatabase\n');
    expect(pids.filter(isAlive)).toEqual([]);
    expect(record().children).toEqual([]);
  });

  test('kills a child that will not end when asked', async () => {
    const port = await new Ports().take('deaf');
    const child = listener(
      'deaf',
      port,
      'process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => {});',
      {
        stopSignals: [
          { signal: 'SIGTERM', waitMs: 200 },
          { signal: 'SIGKILL', waitMs: 2_000 },
        ],
      },
    );
    const pid = await supervisor.start(child);
    await supervisor.stopAll();
    expect(isAlive(pid)).toBe(false);
  });

  test('does not restart what dies while all is being stopped', async () => {
    const port = await new Ports().take('a');
    await supervisor.start(listener('a', port));
    await Promise.all([supervisor.stopAll(), Promise.resolve().then(() => supervisor.names())]);
    await sleep(500);
    expect(await answers(port)).toBe(false);
  });
});

describe('what a killed supervisor left', () => {
  test('is ended, but only if it is still the very process recorded', async () => {
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    strays.push(left, stranger);
    const ended = once(left, 'exit');
    const children = [
      { name: 'left', pid: left.pid, began: beganAt(left.pid), level: 1, stopSignal: 'SIGTERM' },
      { name: 'reused', pid: stranger.pid, began: 'another:1', level: 1, stopSignal: 'SIGTERM' },
    ];
    writeFileSync(join(dir, 'run.json'), JSON.stringify({ children }));
    await endLeftovers(dir, (line) => said.push(line));
    await ended;
    expect(left.signalCode).toBe('SIGTERM');
    expect(isAlive(stranger.pid)).toBe(true);
    expect(said).toHaveLength(1);
    expect(existsSync(join(dir, 'run.json'))).toBe(true);
  });

  test('is ended by the watchdog without another start', async () => {
    const port = await new Ports().take('a');
    const code = `
      const { Supervisor } = await import(${JSON.stringify(pathToFileURL('deploy/local/supervisor.mjs').href)});
      const supervisor = new Supervisor({ dir: ${JSON.stringify(dir)} });
      await supervisor.start({ name: 'a', command: process.execPath, args: ['-e',
        'require("node:net").createServer().listen(${port}, "127.0.0.1")'], ready: async () => true });
      console.log('up');
      setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', code]);
    strays.push(other);
    await new Promise((resolve) => other.stdout.once('data', resolve));
    while (!(await answers(port))) await sleep(20);
    other.kill('SIGKILL');
    const until = Date.now() + 8_000;
    while ((await answers(port)) && Date.now() < until) await sleep(50);
    expect(await answers(port)).toBe(false);
  }, 20_000);
});
