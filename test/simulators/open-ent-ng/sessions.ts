import { randomUUID } from 'node:crypto';

export type Identity =
  | { readonly kind: 'none' }
  | { readonly kind: 'user'; readonly xsrfToken: string | undefined }
  /** An application without a user: some routes need one and answer 401 (§2.3). */
  | { readonly kind: 'application' };

export type Credentials = {
  readonly login: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** Who calls: a cookie session, a bearer token, or an application's Basic credentials (§2). */
export class Sessions {
  readonly #xsrfBySession = new Map<string, string>();
  readonly #tokens = new Map<string, { kind: 'user' | 'application'; endsAtMs: number }>();

  #refusedAtMs: number[] = [];

  constructor(readonly credentials: Credentials) {}

  login(login: string, password: string): { session: string; xsrf: string } | undefined {
    if (this.isBanned) return undefined;
    if (login !== this.credentials.login || password !== this.credentials.password) {
      this.#refusedAtMs.push(Date.now());
      return undefined;
    }
    this.#refusedAtMs = [];
    const [session, xsrf] = [`${randomUUID()}:${randomUUID()}`, randomUUID()];
    this.#xsrfBySession.set(session, xsrf);
    return { session, xsrf };
  }

  /** Five refused logins within 15 minutes (§2.1). */
  get isBanned(): boolean {
    return this.#refusedAtMs.filter((at) => at > Date.now() - 15 * 60_000).length >= 5;
  }

  token(kind: 'user' | 'application'): string {
    const token = randomUUID();
    this.#tokens.set(token, { kind, endsAtMs: Date.now() + 3_600_000 });
    return token;
  }

  isClient(id: string, secret: string): boolean {
    return id === this.credentials.clientId && secret === this.credentials.clientSecret;
  }

  /** Every session and token ends, as after a restart of the real thing. */
  expireAll(): void {
    this.#xsrfBySession.clear();
    this.#tokens.clear();
  }

  identify(headers: { cookie?: string | undefined; authorization?: string | undefined }): Identity {
    const { cookie = '', authorization = '' } = headers;
    const bearer = /^Bearer (\S+)$/.exec(authorization)?.[1];
    const token = bearer === undefined ? undefined : this.#tokens.get(bearer);
    if (token && token.endsAtMs > Date.now()) {
      return token.kind === 'user'
        ? { kind: 'user', xsrfToken: undefined }
        : { kind: 'application' };
    }
    const basic = basicCredentials(authorization);
    if (basic && this.isClient(basic.id, basic.secret)) return { kind: 'application' };
    const session = /(?:^|;\s*)oneSessionId=([^;]+)/.exec(cookie)?.[1];
    const xsrfToken = session && this.#xsrfBySession.get(decodeURIComponent(session));
    return xsrfToken ? { kind: 'user', xsrfToken } : { kind: 'none' };
  }
}

export function basicCredentials(header: string): { id: string; secret: string } | undefined {
  const encoded = /^Basic (\S+)$/.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id, secret: rest.join(':') };
}
