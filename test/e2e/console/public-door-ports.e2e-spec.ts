import {
  createServer,
  get,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { loggerToken, type Logger } from '#libs/observability';
import { startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

let running: RunningConsole;
let open: Server;

beforeAll(async () => {
  running = await startConsole(fakeServices);
  await running.app.listen(0, '127.0.0.1');
  running.settings.HTTP_PORT = portOf(running.app.getHttpServer() as Server);
  open = createServer(running.app.getHttpAdapter().getInstance() as RequestListener);
  await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  open?.closeAllConnections();
  open?.close();
  await running?.stop();
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const statusOf = async (port: number, path: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).status;

test('shows metrics on the private port, and nothing of the application there', async () => {
  const port = running.settings.HTTP_PORT;
  const paths = ['/metrics', '/health/live', '/api/session', '/auth/login', '/'];
  const statuses = await Promise.all(paths.map((path) => statusOf(port, path)));
  expect(statuses).toEqual([200, 200, 404, 404, 404]);
});

test('shows the application on the public port, and nothing of the machinery', async () => {
  const statuses = await Promise.all(
    ['/health/live', '/api/session'].map((path) => statusOf(portOf(open), path)),
  );
  expect(statuses).toEqual([200, 401]);
});

test.each([
  '/metrics',
  '/metrics/',
  '/METRICS',
  '//metrics',
  '/metrics?a',
  '/health/ready',
  '/Health/Ready/',
])('does not show %s on the public port', async (path) => {
  expect(await statusOf(portOf(open), path)).toBe(404);
});

test('is not upset by a target that is no URL', async () => {
  expect(await statusOf(portOf(open), '//')).toBeLessThan(500);
});

test.each(['/api/support/people/%00', '/auth/login?returnTo=/%00', '/api/journal?userId=a%00'])(
  'tells who sent %s that it cannot be read',
  async (path) => {
    const answer = await fetch(`http://127.0.0.1:${portOf(open)}${path}`);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 422, code: 'INPUT_INVALID' });
  },
);

test.each(['/api/session', '/API/Session', '/api/nothing', '/health/live'])(
  'lets nobody store what %s answers',
  async (path) => {
    const { headers } = await fetch(`http://127.0.0.1:${portOf(open)}${path}`);
    expect(headers.get('cache-control')).toBe('no-store');
  },
);

test('logs a request however its path is spelled, as the router reads it', async () => {
  const lines: unknown[] = [];
  const logger = running.app.get<Logger>(loggerToken);
  logger.info = (line: unknown) => void lines.push(line);
  const paths = ['/api/session', '/API/session', '/Auth//Nothing', '/'];
  for (const path of paths) await statusOf(portOf(open), path);
  expect(lines).toMatchObject(
    ['/api/session', '/api/session', '/auth/nothing'].map((path) => ({ kind: 'request', path })),
  );
});

const asked = (port: number, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) =>
    get({ host: '127.0.0.1', port, path, headers }, (response) => {
      const { statusCode: status = 0, headers } = response;
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status, headers, body }));
    }).on('error', reject),
  );

test.each([
  [{ host: 'ailleurs.example.org' }],
  [{ host: 'localhost:4200.ailleurs.example.org' }],
  [{ 'x-forwarded-host': 'ailleurs.example.org' }],
  [{ 'x-forwarded-host': 'localhost:4200, ailleurs.example.org' }],
])('serves nothing under another address than its own: %j', async (headers) => {
  for (const path of ['/', '/api/session', '/auth/login', '/dsfr/dsfr.min.css']) {
    const answer = await asked(portOf(open), path, headers);
    expect({ path, status: answer.status }).toEqual({ path, status: 421 });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'HOST_UNKNOWN', status: 421 });
    expect(JSON.stringify(answer)).not.toContain('ailleurs');
    expect(answer.headers['set-cookie']).toBeUndefined();
  }
});

test('refuses a target that names a host of its own, whatever the Host header says', async () => {
  for (const target of ['http://ailleurs.example.org/', 'http://ailleurs.example.org/api/session'])
    expect((await asked(portOf(open), target, {})).status).toBe(421);
});

test('its own address is served, in any case and named by a proxy too; health by the address of the machine', async () => {
  const own = { host: 'LOCALHOST:4200', 'x-forwarded-host': 'localhost:4200' };
  expect((await asked(portOf(open), '/api/session', own)).status).toBe(401);
  const foreign = { host: '10.0.0.7' };
  expect((await asked(portOf(open), '/health/live', foreign)).status).toBe(200);
  expect((await asked(running.settings.HTTP_PORT, '/metrics', foreign)).status).toBe(200);
});

test('a login leads to the issuer and back to the configured address', async () => {
  const { headers } = await asked(portOf(open), '/auth/login', { host: 'localhost:4200' });
  expect(headers.location).toBe('http://localhost:4201/auth?fake');
  expect(String(headers['set-cookie'])).not.toMatch(/domain/i);
});

test.each([
  '/api/session',
  '/api/nothing',
  '/auth/login',
  '/',
  '/dsfr/none.css',
  '/metrics',
  '/health/live',
])('isolates %s from pages of other origins and asks the browser for nothing', async (path) => {
  const answer = await asked(portOf(open), path, {});
  const foreign = await asked(portOf(open), path, { host: 'ailleurs.example.org' });
  for (const { headers } of [answer, foreign]) {
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringMatching(/camera=\(\).*geolocation=\(\).*microphone=\(\)/),
      'content-security-policy': expect.stringContaining(`default-src 'self'`),
    });
  }
});

test('begins a trace of its own, whatever the browser says', async () => {
  const traceId = 'a'.repeat(32);
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
  const answer = await fetch(`http://127.0.0.1:${portOf(open)}/api/session`, { headers });
  const problem = (await answer.json()) as { traceId: string };
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(problem.traceId).not.toBe(traceId);
});

test('tells browsers to load nothing from elsewhere and to show it in no frame', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${portOf(open)}/api/session`);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
  expect(policy).not.toMatch(/unsafe|\*|https?:\/\/(?!localhost:4201)/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  expect(headers.get('x-powered-by')).toBeNull();
});
