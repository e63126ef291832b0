import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type RunningChild, lightOf } from './lights.mjs';
import { beganAt } from './process-identity.mjs';

/** Goal: a status tells what a process says of itself now, not what was seen of it once. Method: a process that is stopped and killed. */
const server = `
  const lights = { ready: 200, flowing: 200 };
  process.on('message', (changed) => Object.assign(lights, changed));
  require('node:http').createServer((request, response) => {
    response.writeHead(lights[request.url.split('/').pop()]);
    response.end(JSON.stringify({ details: { part: 'its word' } }));
  }).listen(0, '127.0.0.1', function () { process.send(this.address().port); });`;
let child: ChildProcess;
let asRecorded: RunningChild;
beforeEach(async () => {
  child = spawn(process.execPath, ['-e', server], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  asRecorded = {
    ...{ name: 'billing', state: 'ready', httpAddress: `127.0.0.1:${port}` },
    ...{ pid: child.pid!, began: beganAt(child.pid)! },
  };
});
afterEach(() => void child.kill('SIGKILL'));

/** A process that waits for the processor may seem silent. */
const until = async (state: string) => {
  for (;;) {
    const light = await lightOf(asRecorded);
    if (light.state === state) return light;
  }
};

test('a process that is stopped is silent, not ready; woken it is ready again, and killed it is dead', async () => {
  expect(await until('ready')).toEqual({ state: 'ready' });
  child.kill('SIGSTOP');
  expect(await lightOf(asRecorded)).toMatchObject({ state: 'silent' });
  child.kill('SIGCONT');
  expect(await until('ready')).toEqual({ state: 'ready' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await lightOf(asRecorded)).toMatchObject({ state: 'dead' });
}, 60_000);

test('a red light is told with its words, that of serving first', async () => {
  child.send({ flowing: 503 });
  expect(await until('not flowing')).toMatchObject({ fault: 'part: its word' });
  child.send({ ready: 503 });
  expect(await until('not ready')).toMatchObject({ fault: 'part: its word' });
}, 60_000);
