import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { audienceOf, grantsClaim, Unauthenticated } from '#libs/identity';
import {
  IdentityProvider,
  type AuthorizationRequest,
  type Claims,
  type EndedLogin,
  type LoggedIn,
} from './identity-provider.js';
import { issuerUnavailable, LoginFailed, LogoutRefused } from './session-problems.js';

type Options = {
  readonly issuer: string;
  readonly clientSecret: string;
  readonly consoleUrl: string;
  readonly services: readonly string[];
};

const claimsOfIdToken = z
  .object({
    sub: z.string().min(1),
    name: z.string().default('Utilisateur'),
    grants: grantsClaim,
    organisationId: z.string().exactOptional(),
    uai: z.array(z.string()).default([]),
  })
  .transform(({ sub, uai, ...rest }): Claims => ({ userId: sub, uais: uai, ...rest }));

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
/** OpenID Connect Back-Channel Logout 1.0, section 2.4. */
const logoutToken = z.object({
  jti: z.string().min(1),
  // Another relying party could bring a token that names several.
  aud: z.union([z.string(), z.tuple([z.string()])]),
  events: z.object({ [logoutEvent]: z.object({}) }),
  // One that bears it is an id token, which browsers hold.
  nonce: z.never().optional(),
  sid: z.string().min(1).optional(),
  sub: z.string().min(1).optional(),
});
const logoutAgeMax = '2 minutes';

const clientId = 'console';
const scope = 'openid profile ent use';

export class OidcIdentityProvider extends IdentityProvider {
  private configuration: Promise<oidc.Configuration> | undefined;
  private keys: JWTVerifyGetKey | undefined;

  constructor(private readonly options: Options) {
    super();
  }

  async beginLogin(afresh: boolean): Promise<AuthorizationRequest> {
    const codeVerifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(await this.discover(), {
      redirect_uri: this.callback(),
      scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(afresh ? { prompt: 'login', max_age: '300' } : {}),
    });
    for (const service of this.options.services) {
      url.searchParams.append('resource', audienceOf(service));
    }
    return { url: url.href, state, nonce, codeVerifier };
  }

  async completeLogin(
    callback: URL,
    { state, nonce, codeVerifier }: Omit<AuthorizationRequest, 'url'>,
  ): Promise<LoggedIn> {
    const configuration = await this.discover();
    const answered = new URL(`${this.callback()}${callback.search}`);
    const tokens = await oidc
      .authorizationCodeGrant(configuration, answered, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
      })
      .catch((cause: unknown) => {
        throw isRefusal(cause) ? new LoginFailed() : issuerUnavailable(cause);
      });
    const told = tokens.claims();
    const claims = claimsOfIdToken.safeParse(told);
    if (!told || !claims.success || !tokens.refresh_token || !tokens.id_token)
      throw new LoginFailed();
    return {
      claims: claims.data,
      ...(told.auth_time === undefined ? {} : { loggedInAt: new Date(told.auth_time * 1_000) }),
      ...(typeof told['sid'] === 'string' ? { loginId: told['sid'] } : {}),
      refreshToken: tokens.refresh_token,
      idToken: tokens.id_token,
    };
  }

  async confirmClaims(refreshToken: string): Promise<Claims> {
    // For no service: such a refresh gives a new id token beside its access token.
    const tokens = await this.refresh(refreshToken, {});
    const claims = claimsOfIdToken.safeParse(tokens.claims());
    if (!claims.success) throw new Unauthenticated('claims');
    return claims.data;
  }

  async accessToken(refreshToken: string, service: string) {
    const tokens = await this.refresh(refreshToken, { resource: audienceOf(service) });
    return { token: tokens.access_token, expiresInS: tokens.expires_in ?? 60 };
  }

  async readLogout(token: string): Promise<EndedLogin> {
    const { issuer, jwks_uri = '' } = (await this.discover()).serverMetadata();
    this.keys ??= createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 3_000 });
    const verified = await jwtVerify(token, this.keys, {
      issuer,
      audience: clientId,
      algorithms: ['ES256', 'RS256'],
      typ: 'logout+jwt',
      requiredClaims: ['exp'],
      maxTokenAge: logoutAgeMax,
      clockTolerance: 5,
    }).catch((cause: unknown) => {
      const isAway = cause instanceof errors.JWKSTimeout || !(cause instanceof errors.JOSEError);
      throw isAway ? issuerUnavailable(cause) : new LogoutRefused();
    });
    const told = logoutToken.safeParse(verified.payload);
    if (!told.success) throw new LogoutRefused();
    const { jti, sid, sub } = told.data;
    if (sid === undefined && sub === undefined) throw new LogoutRefused();
    return {
      tokenId: jti,
      ...(sid === undefined ? {} : { loginId: sid }),
      ...(sub === undefined ? {} : { userId: sub }),
    };
  }

  async logoutUrl(idToken: string): Promise<string> {
    return oidc.buildEndSessionUrl(await this.discover(), {
      id_token_hint: idToken,
      post_logout_redirect_uri: `${this.options.consoleUrl}/`,
    }).href;
  }

  private async refresh(refreshToken: string, parameters: Record<string, string>) {
    return oidc
      .refreshTokenGrant(await this.discover(), refreshToken, parameters)
      .catch((cause: unknown) => {
        throw isRefusal(cause) ? new Unauthenticated('login ended') : issuerUnavailable(cause);
      });
  }

  private callback() {
    return `${this.options.consoleUrl}/auth/callback`;
  }

  // The issuer may start after the console: it is asked at the first login, and again after a failure.
  private discover(): Promise<oidc.Configuration> {
    const { issuer, clientSecret } = this.options;
    this.configuration ??= oidc
      .discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
        execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
        timeout: 5,
      })
      .catch((cause: unknown) => {
        this.configuration = undefined;
        throw issuerUnavailable(cause);
      });
    return this.configuration;
  }
}

// An answer of the issuer that says no, as opposed to no answer at all.
function isRefusal(error: unknown): boolean {
  return (
    error instanceof oidc.ResponseBodyError ||
    error instanceof oidc.AuthorizationResponseError ||
    (error instanceof oidc.ClientError && error.code !== 'OAUTH_TIMEOUT' && !isNetworkFault(error))
  );
}

const isNetworkFault = (error: Error) => error.cause instanceof TypeError;
