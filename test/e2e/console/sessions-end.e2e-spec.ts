import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { freePort } from '#libs/testing';
import { OidcIdentityProvider } from '../../../apps/console/src/sessions/identity-provider.oidc-gateway.js';
import { Sessions } from '../../../apps/console/src/sessions/sessions.repository.js';
import { openIssuer } from '../../../deploy/local/issuer/issuer.js';
import { DemoUsers, type DemoUser } from '../../../deploy/local/issuer/users.js';
import { logIn } from '../../support/browser/log-in.js';
import { startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

/**
 * Goal: a session lasts no longer than the login behind it. Method: the console and the local issuer as they are, the
 * console's clock moved; logout tokens are signed with the issuer's own key, or another.
 */
const secret = 'secret-of-a-test';
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** People whom the issuer knows, until it no longer does, or otherwise. */
class Staff extends DemoUsers {
  readonly changed = new Map<string, Partial<DemoUser> | undefined>();
  override find(id: string) {
    const known = super.find(id);
    if (!known || !this.changed.has(id)) return known;
    const change = this.changed.get(id);
    return change && { ...known, ...change };
  }
}

const staff = new Staff();
let running: RunningConsole;
let issuer: Server;
let issuerUrl: string;
let consoleUrl: string;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'issuer-'));
  const [issuerPort, consolePort] = [await freePort(), await freePort()];
  issuerUrl = `http://127.0.0.1:${issuerPort}`;
  consoleUrl = `http://localhost:${consolePort}`;
  const { listener } = await openIssuer(
    {
      HTTP_PORT: issuerPort,
      HOST: '127.0.0.1',
      ISSUER_URL: issuerUrl,
      CONSOLE_URL: [consoleUrl],
      CLIENT_SECRETS: { console: secret },
      DATA_DIR: dataDir,
    },
    staff,
  );
  issuer = createServer(listener);
  await new Promise<void>((resolve) => issuer.listen(issuerPort, '127.0.0.1', resolve));
  running = await startConsole(
    fakeServices,
    { ISSUER_URL: issuerUrl, CONSOLE_URL: consoleUrl },
    new OidcIdentityProvider({
      issuer: issuerUrl,
      clientSecret: secret,
      consoleUrl,
      services: ['membership'],
    }),
  );
  await running.app.listen(consolePort, '127.0.0.1');
}, 60_000);
afterEach(() => {
  staff.changed.clear();
  running.clock.minutesAhead = 0;
});
afterAll(async () => {
  await running?.stop();
  issuer?.closeAllConnections();
  issuer?.close();
  if (dataDir) rmSync(dataDir, { recursive: true });
});

type Cookie = { readonly cookie: string };
const ask = ({ cookie }: Cookie) => fetch(`${consoleUrl}/api/session`, { headers: { cookie } });
const statusOf = async (who: Cookie) => (await ask(who)).status;
const sessionCount = async (userId: string) =>
  (await running.database.query('select from session where user_id = $1', [userId])).rowCount;

test('who was dismissed is out within ten minutes, for good', async () => {
  const session = await logIn(consoleUrl, 'support-1');
  staff.changed.set('support-1', undefined);
  running.clock.minutesAhead = 9;
  expect(await statusOf(session)).toBe(200);
  running.clock.minutesAhead = 10;
  expect(await Promise.all([statusOf(session), statusOf(session)])).toEqual([401, 401]);
  expect(await sessionCount('support-1')).toBe(0);
  staff.changed.clear();
  expect(await statusOf(session)).toBe(401);
});

test('who may less, may less within ten minutes', async () => {
  const session = await logIn(consoleUrl, 'support-2');
  staff.changed.set('support-2', { grants: [{ role: 'support-1', market: 'autre' }] });
  running.clock.minutesAhead = 10;
  expect(await (await ask(session)).json()).toMatchObject({
    ...{ roles: ['support-1'], markets: ['autre'] },
  });
});

test('a session that nobody used for 30 minutes has ended, one in use goes on', async () => {
  const session = await logIn(consoleUrl, 'dpo');
  for (const minutes of [29, 58]) {
    running.clock.minutesAhead = minutes;
    expect(await statusOf(session)).toBe(200);
  }
  running.clock.minutesAhead = 88;
  expect(await statusOf(session)).toBe(401);
});

test('an answer of the issuer opens one session, however often it is brought', async () => {
  const { cameBack } = await logIn(consoleUrl, 'supplier');
  const headers = { cookie: cameBack.cookie };
  const again = await fetch(cameBack.url, { headers, redirect: 'manual' });
  expect(await again.json()).toMatchObject({ status: 403, code: 'LOGIN_FAILED' });
  expect(await sessionCount('supplier')).toBe(1);
});

test('a logout at the issuer ends the session, and its stolen cookie opens nothing', async () => {
  const [session, elsewhere] = [
    await logIn(consoleUrl, 'coordinator'),
    await logIn(consoleUrl, 'coordinator'),
  ];
  const headers = { cookie: session.cookieAtIssuer };
  const page = await fetch(`${issuerUrl}/session/end`, { headers });
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(await page.text()) ?? [];
  await fetch(`${issuerUrl}/session/end/confirm`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
    redirect: 'manual',
  });
  expect(await statusOf(session)).toBe(401);
  expect(await statusOf(elsewhere)).toBe(200);
});

test('a login afresh asks who is there though the issuer knows, and leaves no session behind', async () => {
  const jars = new Map();
  const first = await logIn(consoleUrl, 'member-orderer-200083228', { jars });
  const silent = await logIn(consoleUrl, 'member-orderer-200083228', { jars });
  expect(silent.cookieAtIssuer).toBe('');
  const loggedInAt = async ({ cookie }: Cookie) => {
    const id = /__Host-session=([^;]+)/.exec(cookie)?.[1] ?? '';
    return (await running.app.get(Sessions).find(id, new Date()))?.visitor.loggedInAt;
  };
  const before = await loggedInAt(silent);
  await sleep(1_000);
  const afresh = await logIn(consoleUrl, 'member-orderer-200083228', {
    jars,
    from: '/auth/login?afresh=1',
  });
  expect(afresh.cookieAtIssuer).not.toBe('');
  expect((await loggedInAt(afresh))!.getTime()).toBeGreaterThan(before!.getTime());
  expect(await Promise.all([first, silent].map(statusOf))).toEqual([401, 401]);
});

describe('a logout token', () => {
  let key: JWK;
  beforeAll(() => {
    const { jwks } = JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'));
    key = jwks.keys[0];
  });
  const now = () => Math.floor(Date.now() / 1_000);
  const claims = (over: object = {}) => ({
    iss: issuerUrl,
    aud: 'console',
    sub: 'admin',
    iat: now(),
    exp: now() + 120,
    jti: `jti-${Math.random()}`,
    events: { [logoutEvent]: {} },
    ...over,
  });
  const send = async (
    payload: Record<string, unknown>,
    signedWith: JWK = key,
    typ: string | undefined = 'logout+jwt',
  ) => {
    const token = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', ...(typ && { typ }), ...(key.kid && { kid: key.kid }) })
      .sign(await importJWK(signedWith, 'ES256'));
    const body = new URLSearchParams({ logout_token: token });
    return fetch(`${consoleUrl}/auth/backchannel-logout`, { method: 'POST', body });
  };
  const another = async () =>
    exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);

  test.each([
    ['signed by somebody else', {}],
    ['of another issuer', { iss: 'http://elsewhere.example.org' }],
    ['for another application', { aud: 'billing' }],
    ['for several applications', { aud: ['console', 'billing'] }],
    ['that tells no logout', { events: {} }],
    ['whose event is no object', { events: { [logoutEvent]: true } }],
    ['that is an id token', { nonce: 'n' }],
    ['without its instant', { iat: undefined }],
    ['kept for an hour', { iat: now() - 3_600 }],
    ['of a time to come', { iat: now() + 60 }],
    ['without an end', { exp: undefined }],
    ['that has ended', { exp: now() - 60 }],
    ['without a name of its own', { jti: undefined }],
    ['that says whose login neither by name nor by person', { sub: undefined }],
  ])('%s ends nothing', async (what, over) => {
    const session = await logIn(consoleUrl, 'admin');
    const forged = what === 'signed by somebody else' ? await another() : key;
    const answer = await send(claims(over), forged);
    expect([answer.status, await statusOf(session)]).toEqual([403, 200]);
  });

  test.each(['at+jwt', 'JWT', 'id_token+jwt', ''])(
    'of type « %s » ends nothing, whatever its claims',
    async (typ) => {
      const session = await logIn(consoleUrl, 'admin');
      const answer = await send(claims(), key, typ);
      expect([answer.status, await statusOf(session)]).toEqual([403, 200]);
    },
  );

  test('ends all sessions of a person where it names no login, once', async () => {
    const sessions = [await logIn(consoleUrl, 'admin'), await logIn(consoleUrl, 'admin')];
    const told = claims();
    expect((await send(told)).status).toBe(200);
    expect(await Promise.all(sessions.map(statusOf))).toEqual([401, 401]);
    const again = await logIn(consoleUrl, 'admin');
    expect([(await send(told)).status, await statusOf(again)]).toEqual([403, 200]);
  });

  test('that comes while the login is under way lets it open no session', async () => {
    const sessions = running.app.get(Sessions);
    const [begun, later] = [new Date(), new Date(Date.now() + 1_000)];
    const visitor = {
      userId: 'dpo',
      name: 'Claire',
      grants: [],
      uais: [],
      csrfToken: 'c',
    };
    const secrets = { refreshToken: 'r', idToken: 'i' };
    const login = { visitor, secrets, claimsAt: begun, expiresAt: later };
    await sessions.endLogin({ tokenId: 't-1', userId: 'dpo' }, later);
    await sessions.endLogin({ tokenId: 't-2', loginId: 'l-1', userId: 'supplier' }, begun);
    expect(await sessions.open('s-1', login, later)).toBe(false);
    expect(await sessions.open('s-2', { ...login, claimsAt: later, loginId: 'l-1' }, later)).toBe(
      false,
    );
  });
});
