import type { Grant } from '#libs/identity';

export type AuthorizationRequest = {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
};

/** Who somebody is and what they may, as the issuer's signed id token says. */
export type Claims = {
  readonly userId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly organisationId?: string;
  readonly uais: readonly string[];
};

export type LoggedIn = {
  readonly claims: Claims;
  /** When the person proved who they are; unknown where the issuer does not say. */
  readonly loggedInAt?: Date;
  /** The issuer's name for the login (`sid`). */
  readonly loginId?: string;
  readonly refreshToken: string;
  readonly idToken: string;
};

/** What the issuer ended: one login, or all of a person's. */
export type EndedLogin = {
  readonly tokenId: string;
  readonly loginId?: string;
  readonly userId?: string;
};

/** The issuer, seen by the console: code flow with PKCE, then one access token per service. */
export abstract class IdentityProvider {
  /** `afresh`: the person proves who they are, logged in or not. */
  abstract beginLogin(afresh: boolean): Promise<AuthorizationRequest>;
  /** Throws LoginFailed when the answer does not belong to the request. */
  abstract completeLogin(
    callback: URL,
    request: Omit<AuthorizationRequest, 'url'>,
  ): Promise<LoggedIn>;
  /** What the issuer says of the person now. Throws Unauthenticated when it has ended the login. */
  abstract confirmClaims(refreshToken: string): Promise<Claims>;
  /** Throws Unauthenticated when the issuer has ended the login. */
  abstract accessToken(
    refreshToken: string,
    service: string,
  ): Promise<{ token: string; expiresInS: number }>;
  /** What a logout token of the issuer ends (OpenID Connect Back-Channel Logout). Throws LogoutRefused. */
  abstract readLogout(logoutToken: string): Promise<EndedLogin>;
  abstract logoutUrl(idToken: string): Promise<string>;
}
