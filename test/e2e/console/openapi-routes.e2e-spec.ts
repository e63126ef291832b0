import { readFileSync } from 'node:fs';
import { roles, type Role } from '#libs/identity';
import request from 'supertest';
import { populate } from './a-population.js';
import { consoleUrl, startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';
import { machineryPaths, routesOf } from './routes-of.js';

/**
 * Goal: the description of the public routes says what the running console does. Method: its routes
 * are walked and compared with the committed file; then every role calls every route, and those that
 * the guard lets in are those that the file names.
 */
type Operation = { 'x-roles'?: Role[]; responses: Record<string, object> };
type Document = { paths: Record<string, Record<string, Operation>> };

let running: RunningConsole;
const { paths } = JSON.parse(readFileSync('apps/console/openapi.json', 'utf8')) as Document;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
);
const withSession = operations.filter(({ operation }) => operation['x-roles']);

beforeAll(async () => {
  running = await startConsole(fakeServices);
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
