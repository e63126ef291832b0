import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { roles, type Caller } from './caller.js';
import { Unauthenticated } from './refusals.js';

const claims = z.object({
  sub: z.string().min(1),
  roles: z.array(z.enum(roles)).default([]),
  organisationId: z.string().min(1).optional(),
  uai: z.array(z.string()).default([]),
  markets: z.array(z.string()).default([]),
});

/** Verifies access tokens of the issuer that are meant for one service. */
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey;

  constructor(
    private readonly issuer: string,
    private readonly audience: string,
    keys?: JWTVerifyGetKey,
  ) {
    this.keys =
      keys ??
      createRemoteJWKSet(new URL(`${issuer}/jwks`), {
        cooldownDuration: 1_000,
        timeoutDuration: 3_000,
      });
  }

  /**
   * Signature, issuer, audience and dates. Throws Unauthenticated for a token that does not hold;
   * other errors mean that the issuer could not be asked.
   */
  async verify(token: string): Promise<Caller> {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, this.keys, {
        issuer: this.issuer,
        audience: this.audience,
        algorithms: ['ES256', 'RS256'],
        clockTolerance: 5,
      }));
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw error;
      throw new Unauthenticated(error.code);
    }
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new Unauthenticated('claims');
    const { sub, organisationId, uai, markets } = parsed.data;
    return {
      userId: sub,
      roles: parsed.data.roles,
      uais: uai,
      markets,
      ...(organisationId === undefined ? {} : { organisationId }),
    };
  }
}
