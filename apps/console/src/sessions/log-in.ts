import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { IdentityProvider, type AuthorizationRequest } from './identity-provider.js';
import { SecretBox } from './secret-box.js';
import { LoginFailed } from './session-problems.js';
import { Sessions } from './sessions.repository.js';

/** Hours a session lasts. */
export const sessionHours = Symbol('session hours');

const millisecondsPerHour = 3_600_000;
const attemptMilliseconds = 600_000;
/** More would not fit into a cookie once it is sealed. */
const returnToBytesMax = 1_500;

type LoginAttempt = Omit<AuthorizationRequest, 'url'> & {
  /** Path of the console to come back to. */
  readonly returnTo: string;
  readonly begunAt: number;
};

/** The two halves of a login: to the issuer, and back with a code. */
@Injectable()
export class LogIn {
  constructor(
    private readonly identityProvider: IdentityProvider,
    private readonly sessions: Sessions,
    private readonly box: SecretBox,
    private readonly clock: Clock,
    @Inject(sessionHours) private readonly sessionHours: number,
  ) {}

  /**
   * The attempt goes sealed into a cookie of its own: another browser cannot finish it, and who only knocks leaves
   * nothing here.
   */
  async begin(returnTo: string, afresh: boolean): Promise<{ attempt: string; url: string }> {
    const { url, ...request } = await this.identityProvider.beginLogin(afresh);
    const begunAt = this.clock.now().getTime();
    const attempt: LoginAttempt = { ...request, returnTo: ownPath(returnTo), begunAt };
    return { attempt: this.box.seal(attempt).toString('base64url'), url };
  }

  /**
   * Opens the session. Throws LoginFailed for an attempt that is not ours or late; that an answer counts once is the
   * issuer's to judge, who gave the code.
   */
  async complete(
    sealed: string | undefined,
    callback: URL,
    formerId: string | undefined,
  ): Promise<{ sessionId: string; returnTo: string; expiresAt: Date }> {
    const now = this.clock.now();
    const attempt = this.box.open<LoginAttempt>(Buffer.from(sealed ?? '', 'base64url'));
    const isFresh = attempt && now.getTime() - attempt.begunAt <= attemptMilliseconds;
    if (!isFresh) throw new LoginFailed();
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
const ownPath = (path: string) =>
  /^\/(?![/\\])/.test(path) && Buffer.byteLength(path) <= returnToBytesMax ? path : '/';
