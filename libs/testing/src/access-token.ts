import { type CryptoKey, SignJWT } from 'jose';

export type AccessTokenOf = {
  readonly issuer: string;
  /** The one that is called. */
  readonly service: string;
  readonly subject?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
};

/** Such as the issuer signs: of a person who just logged in to the console or, where its roles say so, of a process. */
export function accessToken(
  key: CryptoKey,
  { issuer, service, subject = 'user-1', claims = {} }: AccessTokenOf,
): Promise<string> {
  const roles = (claims['roles'] ?? []) as readonly string[];
  const isProcess = roles.includes('service') || roles.includes('player');
  const client_id = isProcess ? subject : 'console';
  return new SignJWT({ client_id, auth_time: Math.floor(Date.now() / 1_000), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(`urn:ent:${service}`)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(key);
}
