import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** The key that signs tokens (ES256) and those that sign cookies. */
export type IssuerKeys = { readonly jwks: { keys: JWK[] }; readonly cookieKeys: string[] };

/** Drawn at the first start, then read: a restart must not end logins or refuse tokens. */
export async function openIssuerKeys(dataDir: string): Promise<IssuerKeys> {
  const file = join(dataDir, 'keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as IssuerKeys;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID(), use: 'sig', alg: 'ES256' };
  const keys = { jwks: { keys: [jwk] }, cookieKeys: [randomBytes(32).toString('hex')] };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}
