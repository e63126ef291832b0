import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  open.closeAllConnections();
  open.close();
  await running.stop();
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const statusOf = async (port: number, path: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).status;

it('shows metrics on the private port, and nothing of the application there', async () => {
  const port = running.settings.HTTP_PORT;
  const paths = ['/metrics', '/health/live', '/api/session', '/auth/login', '/'];
  const statuses = await Promise.all(paths.map((path) => statusOf(port, path)));
  expect(statuses).toEqual([200, 200, 404, 404, 404]);
});

it('shows the application on the public port, and nothing of the machinery', async () => {
  const statuses = await Promise.all(
    ['/health/live', '/api/session'].map((path) => statusOf(portOf(open), path)),
  );
  expect(statuses).toEqual([200, 401]);
});

it.each([
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

it('is not upset by a target that is no URL', async () => {
  expect(await statusOf(portOf(open), '//')).toBeLessThan(500);
});

it('tells browsers to load nothing from elsewhere and to show it in no frame', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${portOf(open)}/api/session`);
  expect(headers.get('content-security-policy')).toMatch(
    /default-src 'self'.*frame-ancestors 'none'/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});
