import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { everyMarket, hasRole, isOfOperator, processRoles, roles, type Caller } from './caller.js';
import { Unauthenticated } from './refusals.js';

/** As tokens of every kind say them. A process, and the administrator of the platform, have a right in every market. */
export const grantsClaim = z
  .array(
    z
      .object({ role: z.enum(roles), market: z.string().min(1) })
      .refine(
        ({ role, market }) =>
          role === 'admin' || processRoles.includes(role) === (market === everyMarket),
      ),
  )
  .default([]);

const claims = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  /** Who acts in the name of `sub` (RFC 8693). */
  act: z.object({ sub: z.string().min(1) }).optional(),
  // One service: what a token is good for elsewhere, whoever is given it could try there.
  aud: z.union([z.string(), z.tuple([z.string()])]),
  iat: z.number(),
  exp: z.number(),
  organisationId: z.string().min(1).optional(),
  uai: z.array(z.string()).default([]),
  grants: grantsClaim,
  auth_time: z.number().int().optional(),
});

const rememberedMax = 10_000;
/** However late a token says that it ends. */
const ageMaxS = 3_600;

type Remembered = { readonly caller: Caller; readonly expiresAtMs: number };

/**
 * Verifies access tokens of the issuer that are meant for one service. One that held is remembered until it ends, by
 * its SHA-256 and never as it is: a signature costs a third of a millisecond at every hop.
 */
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey;
  private readonly remembered = new Map<string, Remembered>();

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
   * Signature, kind (RFC 9068: no identity token, no logout token), issuer, audience, dates, client. Throws
   * Unauthenticated for a token that does not hold; other errors mean that the issuer could not be asked.
   */
  async verify(token: string): Promise<Caller> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.remembered.get(digest);
    if (known && known.expiresAtMs > Date.now()) return known.caller;
    this.remembered.delete(digest);
    const { caller, expiresAtMs } = await this.verifyAnew(token);
    // The oldest goes first: a bound, not a cache policy.
    if (this.remembered.size >= rememberedMax) {
      this.remembered.delete(this.remembered.keys().next().value!);
    }
    this.remembered.set(digest, { caller, expiresAtMs });
    return caller;
  }

  private async verifyAnew(token: string): Promise<Remembered> {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, this.keys, {
        issuer: this.issuer,
        audience: this.audience,
        algorithms: ['ES256', 'RS256'],
        typ: 'at+jwt',
        requiredClaims: ['exp'],
        maxTokenAge: ageMaxS,
        clockTolerance: 5,
      }));
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw error;
      throw new Unauthenticated(error.message);
    }
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new Unauthenticated(`claims: ${parsed.error.issues[0]?.path}`);
    const { sub, client_id, act, iat, exp, organisationId, uai, grants, auth_time } = parsed.data;
    const isOperator = isOfOperator(client_id);
    const caller = {
      userId: sub,
      carrier: isOperator ? client_id : (act?.sub ?? client_id),
      // Through an operator's commands nobody is what else they are: no member's, no coordinator's rights.
      grants: grants.filter(({ role }) => !isOperator || role === 'admin'),
      uais: isOperator ? [] : uai,
      ...(organisationId === undefined || isOperator ? {} : { organisationId }),
      ...(auth_time === undefined ? {} : { loggedInAt: new Date(auth_time * 1_000) }),
    };
    // What processes may do, no person may, whatever the issuer's directory says of that person.
    if (hasRole(caller, ...processRoles) && sub !== client_id) {
      throw new Unauthenticated('a process role of whoever is no client');
    }
    return { caller, expiresAtMs: Math.min(exp, iat + ageMaxS) * 1_000 };
  }
}
