import { randomUUID } from 'node:crypto';
import type { Graph } from '../graph/graph.js';
import { isResetCode } from '../graph/users.js';

/** What an administrator may do: everything, or what concerns the schools in its scope. */
export type Administration =
  | { readonly is: 'ADMC' }
  | {
      readonly is: 'ADML';
      readonly scope: readonly string[];
      /** Without the workflow rights of its desk (row G). */
      readonly isBare?: boolean;
    };

/** Somebody who administers the platform, a connector's technical account among them. */
export type Administrator = {
  readonly login: string;
  readonly password: string;
  administration: Administration;
  /** A second factor is asked for, and not given yet. */
  needsSecondFactor: boolean;
  /** The terms of use must be accepted again. */
  needsTerms: boolean;
  /** Its mail is not validated, where the platform has a second factor. */
  needsMail: boolean;
};

export type Identity =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'user';
      readonly xsrfToken: string | undefined;
      /** Undefined: a person of a school, who administers nothing. */
      readonly administrator: Administrator | undefined;
    }
  /** An application without a user: some routes need one and answer 401 (§2.3). */
  | { readonly kind: 'application' };

export type Credentials = {
  readonly login: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

type Opened = { readonly session: string; readonly xsrf: string };
export type LoginAnswer =
  | { readonly is: 'OPENED'; readonly opened: Opened }
  /** Its password is the code of an account that was never used: the page where it is (§2.1). */
  | { readonly is: 'ACTIVATION_PAGE' }
  /** Its password is a renewal code that is still worth something: on to the page of a new password (§2.1). */
  | { readonly is: 'RESET_PAGE'; readonly code: string }
  | { readonly is: 'REFUSED'; readonly key: string };

type Session = { readonly xsrf: string; readonly administrator: Administrator | undefined };

const banMs = 15 * 60_000;
const triesMax = 5;
const tokenMs = 3_600_000;

/** Who calls: a cookie session, a bearer token, or an application's Basic credentials (§2). */
export class Sessions {
  private readonly sessions = new Map<string, Session>();
  private readonly tokens = new Map<string, { kind: 'user' | 'application'; endsAtMs: number }>();
  private readonly administrators = new Map<string, Administrator>();
  private readonly refusedAtMs = new Map<string, number[]>();
  private lastsCalls = 0;
  private callsSince = 0;

  constructor(
    private readonly graph: Graph,
    readonly credentials: Credentials,
    others: readonly Pick<Administrator, 'login' | 'password'>[] = [],
  ) {
    for (const { login, password } of [credentials, ...others]) {
      const administration: Administration = { is: 'ADMC' };
      const lacks = { needsSecondFactor: false, needsTerms: false, needsMail: false };
      this.administrators.set(login, { login, password, administration, ...lacks });
    }
  }

  /** The connector's own account. */
  get technical(): Administrator {
    return this.administrators.get(this.credentials.login)!;
  }

  /** Five refused tries of one login within 15 minutes keep it out, the right password too (§2.1). */
  login(login: string, password: string): LoginAnswer {
    const nowMs = this.graph.clock.now();
    const tries = (this.refusedAtMs.get(login) ?? []).filter((atMs) => atMs > nowMs - banMs);
    if (tries.length >= triesMax) return { is: 'REFUSED', key: 'auth.error.ban' };
    const administrator = this.administrators.get(login);
    const user = this.graph.userOfLogin(login);
    const isGone = user?.deleteDate !== null;
    if (!isGone && user.activationCode !== null && user.activationCode === password)
      return { is: 'ACTIVATION_PAGE' };
    if (user && !isGone && isResetCode(user, password, nowMs))
      return { is: 'RESET_PAGE', code: password };
    const expected = administrator?.password ?? (isGone ? null : user.password);
    if (expected === null || expected !== password) {
      this.refusedAtMs.set(login, [...tries, nowMs]);
      return { is: 'REFUSED', key: 'auth.error.authenticationFailed' };
    }
    if (user?.blocked) return { is: 'REFUSED', key: 'auth.error.blockedUser' };
    this.refusedAtMs.delete(login);
    if (user) this.graph.change(user, { lastLogin: new Date(nowMs).toISOString() });
    return { is: 'OPENED', opened: this.open(administrator) };
  }

  open(administrator?: Administrator): Opened {
    const [session, xsrf] = [`${randomUUID()}:${randomUUID()}`, randomUUID()];
    this.sessions.set(session, { xsrf, administrator });
    return { session, xsrf };
  }

  token(kind: 'user' | 'application'): string {
    const token = randomUUID();
    this.tokens.set(token, { kind, endsAtMs: this.graph.clock.now() + tokenMs });
    return token;
  }

  isClient(id: string, secret: string): boolean {
    return id === this.credentials.clientId && secret === this.credentials.clientSecret;
  }

  /** From now on all end after each so many calls; 0: not by their number. */
  endAfterEach(calls: number): void {
    this.lastsCalls = calls;
    this.callsSince = 0;
  }

  /** A call has come, with or without a session. */
  countCall(): void {
    this.callsSince += 1;
    if (this.lastsCalls === 0 || this.callsSince < this.lastsCalls) return;
    this.callsSince = 0;
    this.expireAll();
  }

  /** Every session and token ends, as after a restart of the real thing. */
  expireAll(): void {
    this.sessions.clear();
    this.tokens.clear();
  }

  identify(headers: { cookie?: string | undefined; authorization?: string | undefined }): Identity {
    const { cookie = '', authorization = '' } = headers;
    const bearer = /^Bearer (\S+)$/.exec(authorization)?.[1];
    const token = bearer === undefined ? undefined : this.tokens.get(bearer);
    if (token && token.endsAtMs > this.graph.clock.now()) {
      return token.kind === 'user'
        ? { kind: 'user', xsrfToken: undefined, administrator: this.technical }
        : { kind: 'application' };
    }
    const basic = basicCredentials(authorization);
    if (basic && this.isClient(basic.id, basic.secret)) return { kind: 'application' };
    const session = this.sessions.get(sessionIn(cookie));
    if (!session) return { kind: 'none' };
    return { kind: 'user', xsrfToken: session.xsrf, administrator: session.administrator };
  }
}

const sessionIn = (cookie: string) =>
  decodeURIComponent(/(?:^|;\s*)oneSessionId=([^;]+)/.exec(cookie)?.[1] ?? '');

export function basicCredentials(header: string): { id: string; secret: string } | undefined {
  const encoded = /^Basic (\S+)$/.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id, secret: rest.join(':') };
}
