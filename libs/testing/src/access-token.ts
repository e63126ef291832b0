import { type CryptoKey, SignJWT } from 'jose';
import { operatorClient, processRoles, type Role } from '#libs/identity';
import { grantsOf, isAdministrator } from './caller-of.js';

export type AccessTokenOf = {
  readonly issuer: string;
  /** The one that is called. */
  readonly service: string;
  readonly subject?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
};

/**
 * Its `roles` hold in its `markets`. Such as the issuer signs: of a person who just logged in to the console or, where
 * its roles say so, of an administrator who did by the operator's commands, or of a process.
 */
export function accessToken(
  key: CryptoKey,
  { issuer, service, subject = 'user-1', claims = {} }: AccessTokenOf,
): Promise<string> {
  const {
    roles = [],
    markets,
    ...others
  } = claims as {
    readonly roles?: readonly Role[];
    readonly markets?: readonly string[];
  };
  const isProcess = roles.some((role) => processRoles.includes(role));
  const grants = grantsOf(roles, markets);
  const client_id = isProcess ? subject : isAdministrator(roles) ? operatorClient : 'console';
  const auth_time = Math.floor(Date.now() / 1_000);
  return new SignJWT({ client_id, auth_time, grants, ...others })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(`urn:ent:${service}`)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(key);
}
