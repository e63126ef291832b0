import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { TokenVerifier } from '#libs/identity';
import { openIssuer, type Issuer } from './issuer.js';
import { tokenExchange } from './token-exchange.js';

const secret = 'a-secret-for-tests';
const secrets = { console: secret, billing: secret, player: secret, 'ent-script': secret };
const consoleUrl = 'http://127.0.0.1:9';

let server: Server;
let issuer: Issuer;
let url: string;
let dataDir: string;

async function start(): Promise<void> {
  issuer = await openIssuer({
    HTTP_PORT: 1,
    HOST: '127.0.0.1',
    ISSUER_URL: url,
    CONSOLE_URL: [consoleUrl],
    CLIENT_SECRETS: secrets,
    DATA_DIR: dataDir,
  });
  server.removeAllListeners('request');
  server.on('request', issuer.listener);
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'issuer-'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await start();
});

afterAll(() => {
  issuer.save();
  server.closeAllConnections();
  server.close();
  rmSync(dataDir, { recursive: true });
});

const client = (id: string) =>
  oidc.discovery(new URL(url), id, secret, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests],
  });

/** As the service it is for does. */
const verify = (token: string, audience: string) => new TokenVerifier(url, audience).verify(token);

test('gives a service a token for one other service', async () => {
  const tokens = await oidc.clientCredentialsGrant(await client('billing'), {
    resource: 'urn:ent:membership',
  });
  expect(await verify(tokens.access_token, 'urn:ent:membership')).toMatchObject({
    userId: 'billing',
    carrier: 'billing',
    grants: [{ role: 'service', market: '*' }],
  });
});

test('lets a script of the operator’s commands be an administrator, in its own name', async () => {
  const tokens = await oidc.clientCredentialsGrant(await client('ent-script'), {
    resource: 'urn:ent:membership',
  });
  expect(await verify(tokens.access_token, 'urn:ent:membership')).toMatchObject({
    ...{ userId: 'ent-script', carrier: 'ent-script', grants: [{ role: 'admin', market: '*' }] },
  });
  const as = { requested_subject: 'admin', resource: 'urn:ent:membership' };
  const asSomebody = oidc.genericGrantRequest(await client('ent-script'), tokenExchange, as);
  await expect(asSomebody).rejects.toThrow();
});

test('gives the console, which acts for its visitors alone, no token of its own', async () => {
  const asked = oidc.clientCredentialsGrant(await client('console'), {
    resource: 'urn:ent:membership',
  });
  await expect(asked).rejects.toThrow();
});

test('refuses an unknown resource', async () => {
  const asked = oidc.clientCredentialsGrant(await client('billing'), { resource: 'urn:ent:other' });
  await expect(asked).rejects.toThrow();
});

test('lets the player alone act as a demo user', async () => {
  const as = { requested_subject: 'member-orderer-214400012', resource: 'urn:ent:membership' };
  const tokens = await oidc.genericGrantRequest(await client('player'), tokenExchange, as);
  expect(await verify(tokens.access_token, 'urn:ent:membership')).toMatchObject({
    userId: 'member-orderer-214400012',
    carrier: 'player',
    grants: [{ role: 'member-orderer', market: 'e-primo-2022' }],
    organisationId: 'org-214400012',
  });
  await expect(
    oidc.genericGrantRequest(await client('billing'), tokenExchange, as),
  ).rejects.toThrow();
});

test('logs a person in by code flow with PKCE and gives one token per service, over a restart too', async () => {
  const configuration = await client('console');
  const verifier = oidc.randomPKCECodeVerifier();
  const authorise = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: `${consoleUrl}/auth/callback`,
    scope: 'openid profile ent use',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 'state-1',
  });
  authorise.searchParams.append('resource', 'urn:ent:membership');
  authorise.searchParams.append('resource', 'urn:ent:billing');
  const browser = new Browser();
  const atLogin = await browser.follow(authorise);
  expect(await atLogin.text()).toContain('Nadia Corbel');

  const refused = await browser.post(atLogin.url, { login: 'support-1', password: 'wrong' });
  expect(refused.status).toBe(401);

  issuer.save();
  await start();
  const password = 'demonstration';
  const back = await browser.post(atLogin.url, { login: 'support-1', password });

  const callback = await browser.follow(new URL(back.headers.get('location')!, url));

  const tokens = await oidc.authorizationCodeGrant(
    configuration,
    new URL(callback.headers.get('location')!),
    { pkceCodeVerifier: verifier, expectedState: 'state-1' },
  );
  expect(tokens.claims()).toMatchObject({
    name: 'Nadia Corbel',
    grants: [{ role: 'support-1', market: 'e-primo-2022' }],
  });

  const audiences = await Promise.all(
    ['urn:ent:membership', 'urn:ent:billing'].map(async (resource) => {
      const one = await oidc.refreshTokenGrant(configuration, tokens.refresh_token!, { resource });
      return decodeJwt(one.access_token).aud;
    }),
  );
  expect(audiences).toEqual(['urn:ent:membership', 'urn:ent:billing']);
  // Who is logged in is no key to any service.
  await expect(verify(tokens.id_token!, 'console')).rejects.toThrow('unexpected "typ"');
});

test('says why to whoever has to log in again to sign, and to nobody else', async () => {
  const configuration = await client('console');
  const shown = async (more: Record<string, string>) => {
    const verifier = await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier());
    const asked = {
      ...{ redirect_uri: `${consoleUrl}/auth/callback`, scope: 'openid', state: 'state-2' },
      ...{ code_challenge: verifier, code_challenge_method: 'S256', ...more },
    };
    const page = await new Browser().follow(oidc.buildAuthorizationUrl(configuration, asked));
    return page.text();
  };
  const why = 'votre connexion doit dater de moins de cinq minutes';
  expect(await shown({ prompt: 'login', max_age: '300' })).toContain(why);
  expect(await shown({})).not.toContain(why);
});

/** Just enough of one: it keeps cookies and stops where the issuer sends it elsewhere. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async follow(to: URL): Promise<Response> {
    const response = await this.fetch(to);
    const location = response.headers.get('location');
    if (!location?.startsWith('/') && !location?.startsWith(url)) return response;
    return this.follow(new URL(location, url));
  }

  post(to: string, form: Record<string, string>): Promise<Response> {
    return this.fetch(new URL(to), { method: 'POST', body: new URLSearchParams(form) });
  }

  private async fetch(to: URL, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(to, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=');
      this.cookies.set(name!, value!);
    }
    return response;
  }
}
