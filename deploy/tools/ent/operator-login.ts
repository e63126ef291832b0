import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as oidc from 'openid-client';
import { audienceOf, operatorClient } from '#libs/identity';
import { serviceNames } from '#libs/contracts';

/** An operator who logged in on this machine; the file holds the key to it. */
export type OperatorLogin = {
  readonly issuer: string;
  readonly userId: string;
  readonly name: string;
  readonly until: string;
  readonly refreshToken: string;
};

const hoursMax = 8;
const others = 0o077;

/** One file per stack: a login to a second stack leaves the first one open. */
export const loginFile = (issuer: string): string =>
  process.env['ENT_LOGIN_FILE'] ??
  join(
    process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'),
    ...['ent', 'logins', `${encodeURIComponent(issuer)}.json`],
  );

/** A browser, on any machine, lets this terminal in (device authorization grant, RFC 8628). */
export async function logInOperator(
  issuer: string,
  tell: (code: { readonly url: string; readonly userCode: string }) => void,
  { file = loginFile(issuer), askEveryS }: { file?: string; askEveryS?: number } = {},
): Promise<OperatorLogin> {
  const configuration = await discover(issuer);
  const parameters = new URLSearchParams({ scope: 'openid profile ent use', max_age: '300' });
  for (const service of serviceNames) parameters.append('resource', audienceOf(service));
  const asked = await oidc.initiateDeviceAuthorization(configuration, parameters);
  const { verification_uri, verification_uri_complete, user_code } = asked;
  tell({ url: verification_uri_complete ?? verification_uri, userCode: user_code });
  const tokens = await oidc.pollDeviceAuthorizationGrant(configuration, {
    ...asked,
    ...(askEveryS !== undefined && { interval: askEveryS }),
  });
  const claims = tokens.claims();
  if (!claims || !tokens.refresh_token)
    throw new Error('Le fournisseur d’identité n’a pas dit qui vous êtes.');
  const login = {
    issuer,
    userId: claims.sub,
    name: typeof claims['name'] === 'string' ? claims['name'] : claims.sub,
    until: new Date(Date.now() + hoursMax * 3_600_000).toISOString(),
    refreshToken: tokens.refresh_token,
  };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Never a moment in which others read it.
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(login), { mode: 0o600, flag: 'wx' });
  return login;
}

/** Undefined where nobody is logged in to this stack, or no longer. Throws where others may read the file: its key may be theirs too. */
export function operatorLogin(
  issuer: string,
  now: Date,
  file = loginFile(issuer),
): OperatorLogin | undefined {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  if ((mode & others) !== 0)
    throw new Error(
      `D’autres que vous peuvent lire ${file} : fermez cette connexion (npm run ent -- logout), puis recommencez.`,
    );
  const login = JSON.parse(readFileSync(file, 'utf8')) as OperatorLogin;
  return login.issuer === issuer && new Date(login.until) > now ? login : undefined;
}

/** Throws where the issuer has ended the login. */
export async function operatorToken(
  { issuer, refreshToken }: OperatorLogin,
  service: string,
): Promise<string> {
  const resource = audienceOf(service);
  const tokens = await oidc
    .refreshTokenGrant(await discover(issuer), refreshToken, { resource })
    .catch((cause: unknown) => {
      throw new Error('Votre connexion a pris fin : npm run ent -- login', { cause });
    });
  return tokens.access_token;
}

/** Here at once, and at the issuer if it answers. False where nobody was logged in. */
export async function logOutOperator(issuer: string, file = loginFile(issuer)): Promise<boolean> {
  if (!statSync(file, { throwIfNoEntry: false })) return false;
  const login = JSON.parse(readFileSync(file, 'utf8')) as OperatorLogin;
  if (login.issuer !== issuer) return false;
  rmSync(file);
  const configuration = await discover(issuer).catch(() => undefined);
  if (configuration)
    await oidc.tokenRevocation(configuration, login.refreshToken).catch(() => undefined);
  return true;
}

const discover = (issuer: string) =>
  oidc.discovery(new URL(issuer), operatorClient, undefined, oidc.None(), {
    execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
    timeout: 10,
  });
