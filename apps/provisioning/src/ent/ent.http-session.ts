import { type EntAnswer, entAnswer, isPage } from './ent-answer.js';
import { EntUnavailable } from './ent-gateway.js';
import { EntPause } from './ent-pause.js';
import { httpCall, type HttpAnswer, HttpTimeout } from './http-call.js';

export type EntAddress = {
  readonly url: string;
  readonly login: string;
  readonly password: string;
  readonly timeoutMs: number;
};

type Session = { readonly cookie: string; readonly xsrf: string };

/** Calls as a technical account with a cookie session and XSRF header, kept and renewed. */
export class EntHttpSession {
  #session: Promise<Session> | undefined;
  #opened: Session | undefined;
  readonly #pause = new EntPause();

  constructor(private readonly address: EntAddress) {}

  /**
   * One call, and what the ENT says of it; `doneStatus` is what a genuine success has. Throws
   * EntUnavailable. Sent to log in, it does so once and repeats: every call bears that.
   */
  async call(
    method: string,
    path: string,
    { json, doneStatus = 200 }: { json?: unknown; doneStatus?: 200 | 201 } = {},
  ): Promise<EntAnswer> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.#login();
      const response = await this.#send(method, path, body, {
        cookie: session.cookie,
        'x-xsrf-token': session.xsrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      });
      if (asksToLogIn(response)) {
        if (this.#opened === session) this.#session = undefined;
        if (attempt === 1) continue;
        throw new EntUnavailable('ENT_SESSION');
      }
      return entAnswer(response, doneStatus);
    }
  }

  #login(): Promise<Session> {
    this.#session ??= this.#openSession().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  async #openSession(): Promise<Session> {
    const { login, password } = this.address;
    const form = new URLSearchParams({ email: login, password }).toString();
    const response = await this.#send('POST', '/auth/login', form, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    const cookies = (response.headers['set-cookie'] ?? []).map(
      (cookie) => cookie.split(';')[0] ?? '',
    );
    const valueOf = (name: string) =>
      cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
    const xsrf = valueOf('XSRF-TOKEN');
    // A refused login is the login page with status 200.
    if (response.status !== 302 || !xsrf || !valueOf('oneSessionId')) {
      throw new EntUnavailable('ENT_SESSION');
    }
    this.#opened = { cookie: cookies.join('; '), xsrf };
    return this.#opened;
  }

  async #send(
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer> {
    const { url, timeoutMs } = this.address;
    if (this.#pause.leftMs > 0) throw throttled(this.#pause.leftMs);
    const response = await httpCall({
      method,
      url: new URL(`${url}${path}`),
      headers,
      body,
      timeoutMs,
    }).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    if (response.status === 429) {
      throw throttled(this.#pause.begin(response.headers['retry-after']));
    }
    this.#pause.end();
    return response;
  }
}

/**
 * A redirect is never followed: it leads to a page for people (login, second factor, terms of use).
 * The same page may come with status 200.
 */
function asksToLogIn(response: HttpAnswer): boolean {
  const { status } = response;
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return true;
  return status < 300 && isPage(response);
}

function throttled(retryInMs: number): EntUnavailable {
  return new EntUnavailable('ENT_THROTTLED', { retryInMs });
}

function unavailable(cause: unknown): EntUnavailable {
  const isLate = cause instanceof HttpTimeout;
  return new EntUnavailable(isLate ? 'ENT_TIMEOUT' : 'ENT_UNREACHABLE', { cause });
}
