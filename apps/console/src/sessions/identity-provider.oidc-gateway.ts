import * as oidc from 'openid-client';
import { z } from 'zod';
import { audienceOf, roles, Unauthenticated } from '#libs/identity';
import { IdentityProvider, type AuthorizationRequest, type LoggedIn } from './identity-provider.js';
import { issuerUnavailable, LoginFailed } from './session-problems.js';

type Options = {
  readonly issuer: string;
  readonly clientSecret: string;
  readonly consoleUrl: string;
  readonly services: readonly string[];
};

const claims = z.object({
  sub: z.string().min(1),
  name: z.string().default('Utilisateur'),
  roles: z.array(z.enum(roles)).default([]),
  organisationId: z.string().optional(),
  uai: z.array(z.string()).default([]),
  markets: z.array(z.string()).default([]),
});

const scope = 'openid profile ent use';

export class OidcIdentityProvider extends IdentityProvider {
  #configuration: Promise<oidc.Configuration> | undefined;

  constructor(private readonly options: Options) {
    super();
  }

  async beginLogin(): Promise<AuthorizationRequest> {
    const codeVerifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(await this.#discover(), {
      redirect_uri: this.#callback(),
      scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
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
    const configuration = await this.#discover();
    const answered = new URL(`${this.#callback()}${callback.search}`);
    const tokens = await oidc
      .authorizationCodeGrant(configuration, answered, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
      })
      .catch((cause: unknown) => {
        throw isRefusal(cause) ? new LoginFailed() : issuerUnavailable(cause);
      });
    const parsed = claims.safeParse(tokens.claims());
    if (!parsed.success || !tokens.refresh_token || !tokens.id_token) throw new LoginFailed();
    const { sub, organisationId, uai, ...rest } = parsed.data;
    return {
      userId: sub,
      ...rest,
      uais: uai,
      ...(organisationId === undefined ? {} : { organisationId }),
      refreshToken: tokens.refresh_token,
      idToken: tokens.id_token,
    };
  }

  async accessToken(refreshToken: string, service: string) {
    const resource = audienceOf(service);
    const configuration = await this.#discover();
    const tokens = await oidc
      .refreshTokenGrant(configuration, refreshToken, { resource })
      .catch((cause: unknown) => {
        throw isRefusal(cause) ? new Unauthenticated('login ended') : issuerUnavailable(cause);
      });
    return { token: tokens.access_token, expiresInS: tokens.expires_in ?? 60 };
  }

  async logoutUrl(idToken: string): Promise<string> {
    return oidc.buildEndSessionUrl(await this.#discover(), {
      id_token_hint: idToken,
      post_logout_redirect_uri: `${this.options.consoleUrl}/`,
    }).href;
  }

  #callback() {
    return `${this.options.consoleUrl}/auth/callback`;
  }

  // The issuer may start after the console: it is asked at the first login, and again after a failure.
  #discover(): Promise<oidc.Configuration> {
    const { issuer, clientSecret } = this.options;
    this.#configuration ??= oidc
      .discovery(new URL(issuer), 'console', undefined, oidc.ClientSecretBasic(clientSecret), {
        execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
        timeout: 5,
      })
      .catch((cause: unknown) => {
        this.#configuration = undefined;
        throw issuerUnavailable(cause);
      });
    return this.#configuration;
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
