import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '#libs/identity';
import type { Visitor } from '../visitor.js';
import { IdentityProvider } from './identity-provider.js';
import { Sessions } from './sessions.repository.js';

type Held = { readonly token: Promise<string>; expiresAtMs: number };

const heldMax = 5_000;
const marginMs = 30_000;

/**
 * Gives the access token of a visitor for one service. Tokens live in this process only, never in the browser;
 * after a restart the session's refresh token gives new ones.
 */
@Injectable()
export class VisitorTokens {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly sessions: Sessions,
    private readonly identityProvider: IdentityProvider,
  ) {}

  /** One request at a time per session and service. Throws Unauthenticated when the login has ended. */
  token(visitor: Visitor, service: string): Promise<string> {
    const key = `${visitor.sessionId} ${service}`;
    const held = this.held.get(key);
    if (held && held.expiresAtMs > Date.now()) return held.token;
    const entry: Held = {
      token: this.ask(visitor, service).then(({ token, expiresInS }) => {
        entry.expiresAtMs = Date.now() + expiresInS * 1_000 - marginMs;
        return token;
      }),
      expiresAtMs: Date.now() + marginMs,
    };
    this.held.delete(key);
    this.held.set(key, entry);
    entry.token.catch(() => this.held.delete(key));
    // The oldest goes first: a bound, not a cache policy.
    if (this.held.size > heldMax) this.held.delete(this.held.keys().next().value!);
    return entry.token;
  }

  private async ask(visitor: Visitor, service: string) {
    const secrets = await this.sessions.secretsOf(visitor.sessionId);
    if (!secrets) throw new Unauthenticated('session ended');
    try {
      return await this.identityProvider.accessToken(secrets.refreshToken, service);
    } catch (error) {
      if (error instanceof Unauthenticated) await this.sessions.end(visitor.sessionId);
      throw error;
    }
  }
}
