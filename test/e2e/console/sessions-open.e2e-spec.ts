import request from 'supertest';
import { startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

let running: RunningConsole;
beforeAll(async () => {
  running = await startConsole(fakeServices);
}, 60_000);
afterAll(() => running?.stop());

const http = () => request(running.app.getHttpServer());
const cookieOf = (answer: request.Response, name: string) =>
  (answer.headers['set-cookie'] as unknown as string[] | undefined)?.find((line) =>
    line.startsWith(`${name}=`),
  );

async function logIn(returnTo: string) {
  const begun = await http().get('/auth/login').query({ returnTo }).expect(303);
  const attempt = cookieOf(begun, '__Host-login')!.split(';')[0]!;
  const back = http().get('/auth/callback?code=c&state=state-1').set('cookie', attempt);
  return { attempt, done: await back.expect(303) };
}

test('opens a session in a cookie that scripts cannot read and other sites cannot send', async () => {
  const { done } = await logIn('/assistance?q=1');
  expect(done.headers['location']).toBe('/assistance?q=1');
  const cookie = cookieOf(done, '__Host-session')!;
  expect(cookie).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Lax/);
  const { body } = await http()
    .get('/api/session')
    .set('cookie', cookie.split(';')[0]!)
    .expect(200);
  expect(body).toMatchObject({ userId: 'support-1', name: 'Nadia Corbel', today: '2022-10-03' });
  expect(JSON.stringify(body)).not.toContain('refresh');
});

test('accepts an answer of the issuer from the browser that asked only, and within ten minutes', async () => {
  const { attempt } = await logIn('/');
  const answered = (cookie: string) =>
    http().get('/auth/callback?code=c&state=state-1').set('cookie', cookie);
  const [name, sealed = ''] = attempt.split('=');
  const changed = `${sealed.slice(0, -4)}${sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  for (const cookie of ['', `${name}=x`, `${name}=${changed}`, `${name}=${'A'.repeat(200)}`]) {
    expect((await answered(cookie)).body).toMatchObject({ status: 403, code: 'LOGIN_FAILED' });
  }
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('verifier-1');
  running.clock.minutesAhead = 11;
  await answered(attempt).expect(403);
  running.clock.minutesAhead = 0;
  await answered(attempt).expect(303);
});

test('keeps nothing of a login that is only begun', async () => {
  const tables = await running.database.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_schema in ('public', 'platform') and table_type = 'BASE TABLE'`,
  );
  const rowsOf = async () => {
    const counts = tables.rows.map(({ name }) => `select '${name}' as name, count(*) from ${name}`);
    return (await running.database.query(counts.join(' union all '))).rows;
  };
  const before = await rowsOf();
  const begun = await http()
    .get('/auth/login')
    .query({ returnTo: `/${'é'.repeat(2_000)}` });
  expect(begun.status).toBe(303);
  expect(cookieOf(begun, '__Host-login')!.length).toBeLessThan(4_096);
  expect(await rowsOf()).toEqual(before);
});

test.each(['https://ailleurs.example.org', '//ailleurs.example.org', '/\\ailleurs.example.org'])(
  'never sends a person to another site after the login: %s',
  async (returnTo) => {
    const { done } = await logIn(returnTo);
    expect(done.headers['location']).toBe('/');
  },
);

test('ends the session at logout', async () => {
  const browser = await running.logIn({ roles: ['dpo'] });
  const { body } = await http()
    .post('/api/logout')
    .set({ cookie: browser.cookie, 'x-csrf-token': browser.csrf })
    .expect(200);
  expect(body.redirectTo).toBe('http://localhost:4201/logout');
  await http().get('/api/session').set('cookie', browser.cookie).expect(401);
});

test('keeps the refresh token encrypted', async () => {
  await logIn('/');
  const { rows } = await running.database.query<{ secrets: Buffer }>('select secrets from session');
  expect(rows.every(({ secrets }) => !secrets.toString('latin1').includes('refresh'))).toBe(true);
});
