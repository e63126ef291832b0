import type { Visitor } from '../visitor.js';

export type LoginAttempt = {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Path of the console to come back to. */
  readonly returnTo: string;
};

/** What the session keeps for itself, encrypted at rest. */
export type SessionSecrets = { readonly refreshToken: string; readonly idToken: string };

/** Identifiers given to browsers are kept as their SHA-256 only. */
export abstract class Sessions {
  abstract keepAttempt(id: string, attempt: LoginAttempt): Promise<void>;
  /** At most once per attempt, and for ten minutes. */
  abstract takeAttempt(id: string): Promise<LoginAttempt | undefined>;
  abstract open(
    id: string,
    visitor: Omit<Visitor, 'sessionId'>,
    secrets: SessionSecrets,
    expiresAt: Date,
  ): Promise<void>;
  abstract find(id: string): Promise<Visitor | undefined>;
  abstract secretsOf(sessionId: string): Promise<SessionSecrets | undefined>;
  abstract end(sessionId: string): Promise<void>;
}
