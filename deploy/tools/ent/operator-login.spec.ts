import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { TokenVerifier } from '#libs/identity';
import { freePort } from '#libs/testing';
import { openIssuer } from '../../local/issuer/issuer.js';
import { DemoUsers } from '../../local/issuer/users.js';
import {
  logInOperator,
  loginFile,
  logOutOperator,
  operatorLogin,
  operatorToken,
} from './operator-login.js';
import { grantsOf } from '#libs/testing';
import { confirmCode } from '../../../test/support/issuer-browser.js';

/**
 * Goal: an operator has a way in without any secret, and is nothing but an administrator there. Method: the issuer as
 * it is; a browser of a few lines confirms the code.
 */
const users = new DemoUsers();
let issuer: Server;
let url: string;
let dir: string;
let file: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'operator-'));
  file = join(dir, 'state', 'login.json');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const { listener } = await openIssuer(
    {
      HTTP_PORT: port,
      HOST: '127.0.0.1',
      ISSUER_URL: url,
      CONSOLE_URL: ['http://127.0.0.1:9'],
      CLIENT_SECRETS: { console: 'a-secret-for-tests' },
      DATA_DIR: dir,
    },
    // Somebody who administers, and orders for a commune.
    {
      listed: users.listed,
      password: users.password,
      find: (id) => {
        const known = users.find(id);
        const also = {
          grants: grantsOf(['admin', 'member-orderer']),
          organisationId: 'org-200083228',
        };
        return known && (id === 'admin' ? { ...known, ...also, uai: ['0440290B'] } : known);
      },
    },
  );
  issuer = createServer(listener);
  await new Promise<void>((resolve) => issuer.listen(port, '127.0.0.1', resolve));
});
afterAll(() => {
  issuer.closeAllConnections();
  issuer.close();
  rmSync(dir, { recursive: true });
});

const logIn = (login: string, isMine = true) =>
  logInOperator(url, ({ url: address }) => void confirmCode(address, login, { isMine }), {
    file,
    askEveryS: 0.2,
  });

test('lets an operator in without a secret, as an administrator and as nothing else', async () => {
  await logIn('admin');
  const login = operatorLogin(url, new Date(), file)!;
  expect(login).toMatchObject({ issuer: url, userId: 'admin', name: 'Samuel Roche' });
  const token = await operatorToken(login, 'membership');
  const grants = grantsOf(['admin', 'member-orderer']);
  expect(decodeJwt(token)).toMatchObject({ client_id: 'ent', grants });
  const caller = await new TokenVerifier(url, 'urn:ent:membership').verify(token);
  expect(caller).toMatchObject({
    ...{ userId: 'admin', carrier: 'ent', grants: grantsOf(['admin']), uais: [] },
  });
  expect(caller.organisationId).toBeUndefined();
  expect(caller.loggedInAt!.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('gives whoever is no administrator no role at all', async () => {
  await logIn('member-orderer-200083228');
  const token = await operatorToken(operatorLogin(url, new Date(), file)!, 'membership');
  const caller = await new TokenVerifier(url, 'urn:ent:membership').verify(token);
  expect(caller).toMatchObject({ userId: 'member-orderer-200083228', grants: [] });
});

test('opens nothing for a code that the person at the browser does not know', async () => {
  await expect(logIn('admin', false)).rejects.toThrow();
});

test('keeps the key in a file of its owner alone, for eight hours', async () => {
  await logIn('admin');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
  expect(operatorLogin(url, hours(7.9), file)).toBeDefined();
  expect(operatorLogin(url, hours(8.1), file)).toBeUndefined();
  chmodSync(file, 0o640);
  expect(() => operatorLogin(url, new Date(), file)).toThrow('D’autres que vous');
});

test('keeps one login per stack: a login to a second stack and its logout leave the first open', async () => {
  const before = { ...process.env };
  process.env['XDG_STATE_HOME'] = dir;
  delete process.env['ENT_LOGIN_FILE'];
  try {
    await logInOperator(url, ({ url: address }) => void confirmCode(address, 'admin'), {
      askEveryS: 0.2,
    });
    const second = `${url}/second`;
    const secondLogin = { ...operatorLogin(url, new Date())!, issuer: second };
    writeFileSync(loginFile(second), JSON.stringify(secondLogin), { mode: 0o600 });
    expect(statSync(loginFile(url)).mode & 0o777).toBe(0o600);
    expect(operatorLogin(second, new Date())).toEqual(secondLogin);
    expect(await logOutOperator(second)).toBe(true);
    expect(operatorLogin(second, new Date())).toBeUndefined();
    expect(operatorLogin(url, new Date())).toMatchObject({ userId: 'admin' });
    // One file for all stacks, where the environment names it: still not the login of another stack.
    process.env['ENT_LOGIN_FILE'] = loginFile(url);
    expect(operatorLogin(second, new Date())).toBeUndefined();
    expect(await logOutOperator(second)).toBe(false);
    expect(existsSync(loginFile(url))).toBe(true);
  } finally {
    process.env = before;
  }
});

test('leaves nothing behind after logout, here and at the issuer', async () => {
  await logIn('admin');
  const login = operatorLogin(url, new Date(), file)!;
  expect(await logOutOperator(url, file)).toBe(true);
  expect(existsSync(file)).toBe(false);
  expect(await logOutOperator(url, file)).toBe(false);
  await expect(operatorToken(login, 'membership')).rejects.toThrow('Votre connexion a pris fin');
});
