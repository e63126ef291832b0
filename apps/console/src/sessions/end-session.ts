import { Injectable } from '@nestjs/common';
import type { Visitor } from '../visitor.js';
import { Clock } from '../clock.js';
import { IdentityProvider } from './identity-provider.js';
import { LogoutRefused } from './session-problems.js';
import { Sessions } from './sessions.repository.js';

@Injectable()
export class EndSession {
  constructor(
    private readonly sessions: Sessions,
    private readonly identityProvider: IdentityProvider,
    private readonly clock: Clock,
  ) {}

  /** Ends the session here; the address returned ends the login at the issuer too. */
  async execute(visitor: Visitor): Promise<string> {
    const secrets = await this.sessions.secretsOf(visitor.sessionId);
    await this.sessions.end(visitor.sessionId);
    // The issuer may be away: the session has ended all the same.
    return secrets ? this.identityProvider.logoutUrl(secrets.idToken).catch(() => '/') : '/';
  }

  /** The issuer has ended a login, and says so. Throws LogoutRefused where it did not, or said it before. */
  async atIssuer(logoutToken: string): Promise<void> {
    const ended = await this.identityProvider.readLogout(logoutToken);
    if (!(await this.sessions.endLogin(ended, this.clock.now()))) throw new LogoutRefused();
  }
}
