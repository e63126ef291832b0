import type { Role } from '#libs/identity';

export type AuthorizationRequest = {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
};

/** Who logged in, as the issuer's signed id token says. */
export type LoggedIn = {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly organisationId?: string;
  readonly uais: readonly string[];
  readonly markets: readonly string[];
  readonly refreshToken: string;
  readonly idToken: string;
};

/** The issuer, seen by the console: code flow with PKCE, then one access token per service. */
export abstract class IdentityProvider {
  abstract beginLogin(): Promise<AuthorizationRequest>;
  /** Throws LoginFailed when the answer does not belong to the request. */
  abstract completeLogin(
    callback: URL,
    request: Omit<AuthorizationRequest, 'url'>,
  ): Promise<LoggedIn>;
  /** Throws SessionEnded when the issuer has forgotten the login. */
  abstract accessToken(
    refreshToken: string,
    service: string,
  ): Promise<{ token: string; expiresInS: number }>;
  abstract logoutUrl(idToken: string): Promise<string>;
}
