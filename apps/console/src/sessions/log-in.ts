import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { IdentityProvider } from './identity-provider.js';
import { LoginFailed } from './session-problems.js';
import { Sessions } from './sessions.repository.js';

/** Hours a session lasts. */
export const SESSION_HOURS = Symbol('session hours');

const millisecondsPerHour = 3_600_000;

/** The two halves of a login: to the issuer, and back with a code. */
@Injectable()
export class LogIn {
  constructor(
    private readonly identityProvider: IdentityProvider,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
    @Inject(SESSION_HOURS) private readonly sessionHours: number,
  ) {}

  /** The attempt's id goes into a cookie of its own, so that another browser cannot finish it. */
  async begin(returnTo: string, afresh: boolean): Promise<{ attemptId: string; url: string }> {
    const { url, ...request } = await this.identityProvider.beginLogin(afresh);
    const attemptId = newIdentifier();
    await this.sessions.keepAttempt(attemptId, { ...request, returnTo: ownPath(returnTo) });
    return { attemptId, url };
  }

  /** Opens the session. Throws LoginFailed for an attempt that is unknown, late or used. */
  async complete(
    attemptId: string | undefined,
    callback: URL,
    formerId: string | undefined,
  ): Promise<{ sessionId: string; returnTo: string; expiresAt: Date }> {
    const attempt =
      attemptId === undefined ? undefined : await this.sessions.takeAttempt(attemptId);
    if (!attempt) throw new LoginFailed();
    const now = this.clock.now();
    const { claims, loggedInAt, loginId, ...secrets } = await this.identityProvider.completeLogin(
      callback,
      attempt,
    );
    const sessionId = newIdentifier();
    const expiresAt = new Date(now.getTime() + this.sessionHours * millisecondsPerHour);
    const opened = {
      visitor: { ...claims, ...(loggedInAt && { loggedInAt }), csrfToken: newIdentifier() },
      secrets,
      ...(loginId === undefined ? {} : { loginId }),
      claimsAt: now,
      expiresAt,
    };
    if (!(await this.sessions.open(sessionId, opened, now))) throw new LoginFailed();
    // The browser's cookie is another from here on: what it opened is left to nobody.
    if (formerId !== undefined) await this.sessions.endOf(formerId);
    return { sessionId, returnTo: attempt.returnTo, expiresAt };
  }
}

const newIdentifier = () => randomBytes(32).toString('base64url');

// Never an address of another site: the login must not become a way to send people elsewhere.
const ownPath = (path: string) => (/^\/(?![/\\])/.test(path) ? path : '/');
