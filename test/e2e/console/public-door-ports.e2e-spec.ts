import { createServer, type RequestListener, type Server } from 'node:http';
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
  expect(headers.get('content-security-policy')).toMatch(
    /default-src 'self'.*frame-ancestors 'none'/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  expect(headers.get('x-powered-by')).toBeNull();
});
