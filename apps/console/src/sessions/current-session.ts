import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '#libs/identity';
import { Clock } from '../clock.js';
import type { Visitor } from '../visitor.js';
import { IdentityProvider } from './identity-provider.js';
import { Sessions, type OpenSession } from './sessions.repository.js';

/** So long what the issuer said of a person is taken for true: who was dismissed is out by then. */
const claimsAgeMaxMs = 10 * 60_000;

/** Whose session an identifier opens, as the issuer says now. */
@Injectable()
export class CurrentSession {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly sessions: Sessions,
    private readonly identityProvider: IdentityProvider,
    private readonly clock: Clock,
  ) {}

  /** Undefined where there is none, or it has ended. */
  async visitor(id: string): Promise<Visitor | undefined> {
    const now = this.clock.now();
    const found = await this.sessions.find(id, now);
    if (!found || now.getTime() - found.claimsAt.getTime() < claimsAgeMaxMs) return found?.visitor;
    await this.confirmOnce(found, now);
    return (await this.sessions.find(id, now))?.visitor;
  }

  /** A page asks many things at once: the issuer is asked one of them. */
  private confirmOnce(session: OpenSession, now: Date): Promise<void> {
    const { sessionId } = session.visitor;
    let underWay = this.underWay.get(sessionId);
    if (!underWay) {
      underWay = this.confirm(session, now).finally(() => this.underWay.delete(sessionId));
      this.underWay.set(sessionId, underWay);
    }
    return underWay;
  }

  private async confirm({ visitor: { sessionId, userId } }: OpenSession, now: Date): Promise<void> {
    const secrets = await this.sessions.secretsOf(sessionId);
    try {
      if (!secrets) throw new Unauthenticated('session ended');
      const claims = await this.identityProvider.confirmClaims(secrets.refreshToken);
      if (claims.userId !== userId) throw new Unauthenticated('another person');
      await this.sessions.confirm(sessionId, claims, now);
    } catch (error) {
      if (error instanceof Unauthenticated) await this.sessions.end(sessionId);
      throw error;
    }
  }
}
