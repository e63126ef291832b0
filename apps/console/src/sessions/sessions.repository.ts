import type { Visitor } from '../visitor.js';
import type { Claims, EndedLogin } from './identity-provider.js';

/** What the session keeps for itself, encrypted at rest. */
export type SessionSecrets = { readonly refreshToken: string; readonly idToken: string };

export type NewSession = {
  readonly visitor: Omit<Visitor, 'sessionId'>;
  readonly secrets: SessionSecrets;
  readonly loginId?: string;
  readonly claimsAt: Date;
  readonly expiresAt: Date;
};

export type OpenSession = {
  readonly visitor: Visitor;
  /** When the issuer last said who the visitor is. */
  readonly claimsAt: Date;
};

/** Unused for so long, a session has ended. */
export const idleMinutes = 30;

/** Identifiers given to browsers are kept as their SHA-256 only. */
export abstract class Sessions {
  /** False where the issuer has ended the login meanwhile. */
  abstract open(id: string, session: NewSession, now: Date): Promise<boolean>;
  /** Of a session that is open and in use, which it thereby is again. */
  abstract find(id: string, now: Date): Promise<OpenSession | undefined>;
  abstract secretsOf(sessionId: string): Promise<SessionSecrets | undefined>;
  /** What the issuer said at `claimsAt`, unless it has said something since. */
  abstract confirm(sessionId: string, claims: Claims, claimsAt: Date): Promise<void>;
  abstract end(sessionId: string): Promise<void>;
  /** The same, by the identifier that a browser holds. */
  abstract endOf(id: string): Promise<void>;
  /** Ends the sessions of a login. False where the same was told before. */
  abstract endLogin(ended: EndedLogin, now: Date): Promise<boolean>;
}
