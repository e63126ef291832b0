import { readFileSync } from 'node:fs';
import { roles, type Role } from '#libs/identity';
import request from 'supertest';
import { populate } from './a-population.js';
import {
  consoleUrl,
  type LoggedInBrowser,
  startConsole,
  type RunningConsole,
} from './console-app.js';
import { fakeServices } from './fake-services.js';
import { machineryPaths, routesOf } from './routes-of.js';

/**
 * Goal: the description of the public routes says what the running console does. Method: its routes
 * are walked and compared with the committed file; then every role calls every route, and those that
 * the guard lets in are those that the file names.
 */
type Operation = {
  'x-roles'?: Role[];
  'x-fresh-login-seconds'?: number;
  responses: Record<string, object>;
};
type Document = { paths: Record<string, Record<string, Operation>> };

let running: RunningConsole;
const { paths } = JSON.parse(readFileSync('apps/console/openapi.json', 'utf8')) as Document;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
);
const withSession = operations.filter(({ operation }) => operation['x-roles']);

beforeAll(async () => {
  // Each role asks each route, and some of them twice.
  running = await startConsole(fakeServices, { REQUESTS_PER_MINUTE_AND_ADDRESS: 100_000 });
  await populate(running);
}, 60_000);
afterAll(() => running?.stop());

test('describes every public route of the running console, and no other', () => {
  const walked = routesOf(running)
    .filter(({ path }) => !machineryPaths.includes(path))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(walked.sort());
});

test.each(roles)('names the role %s on the routes it may call, and on no other', async (role) => {
  // Logging out last: the routes before it need the session.
  const asked = withSession.filter(({ path }) => path !== '/api/logout');
  const browser = await running.logIn({ roles: [role] });
  for (const { method, path, operation } of asked) {
    const answer = await request(running.app.getHttpServer())
      [method as 'get' | 'post' | 'put' | 'delete'](path.replace(/\{\w+\}/g, 'unknown'))
      .set({ origin: consoleUrl, cookie: browser.cookie, 'x-csrf-token': browser.csrf });
    const refused = answer.body.code === 'NOT_ALLOWED';
    expect({ path, refused }).toEqual({ path, refused: !operation['x-roles']?.includes(role) });
    expect(Object.keys(operation.responses)).toContain(String(answer.status));
    if (answer.status >= 400) expect(answer.type).toBe('application/problem+json');
  }
});

const ask = (method: string, path: string, browser: LoggedInBrowser) =>
  request(running.app.getHttpServer())
    [method as 'get' | 'post' | 'put' | 'delete'](path.replace(/\{\w+\}/g, 'unknown'))
    .set({ origin: consoleUrl, cookie: browser.cookie, 'x-csrf-token': browser.csrf });

test('who logged in too long ago does nothing that binds money, whatever his role, and all else', async () => {
  const asked = withSession.filter(({ path }) => path !== '/api/logout');
  const ages = new Set(asked.flatMap(({ operation }) => operation['x-fresh-login-seconds'] ?? []));
  expect([...ages]).toEqual([300]);
  const loggedInAt = new Date(running.clock.now().getTime() - 301_000);
  for (const role of roles) {
    const old = await running.logIn({ roles: [role], userId: `old-${role}`, loggedInAt });
    const own = asked.filter(({ operation }) => operation['x-roles']?.includes(role));
    for (const { method, path, operation } of own) {
      const { body } = await ask(method, path, old);
      const isRefused = body.code === 'LOGIN_TOO_OLD';
      const isBinding = operation['x-fresh-login-seconds'] !== undefined;
      expect({ role, path, isRefused }).toEqual({ role, path, isRefused: isBinding });
    }
  }
});

test('a session that was closed opens no route, nor does one that is over', async () => {
  const closed = await running.logIn({ roles: ['supplier'], userId: 'closed' });
  expect((await ask('get', '/api/session', closed)).status).toBe(200);
  await ask('post', '/api/logout', closed);
  const over = await running.logIn({ roles: ['supplier'], userId: 'over' });
  await running.asOwner(`update session set expires_at = claims_at where user_id = 'over'`);
  for (const { method, path } of withSession)
    for (const browser of [closed, over])
      expect([path, (await ask(method, path, browser)).status]).toEqual([path, 401]);
});
