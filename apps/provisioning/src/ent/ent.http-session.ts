import { setTimeout as sleep } from 'node:timers/promises';
import { type EntAnswer, entAnswer, isPage } from './ent-answer.js';
import { type ConnectorFault, EntUnavailable } from './ent-gateway.js';
import { EntPace } from './ent-pace.js';
import { AtOnce } from './at-once.js';
import { backOffMs } from './circuit.js';
import { EntPause } from './ent-pause.js';
import { LoginPause } from './login-pause.js';
import { httpCall, type HttpAnswer, HttpAnswerTooLong, HttpTimeout } from './http-call.js';
import { multipartOf, type Upload } from './multipart.js';

export type EntAddress = {
  readonly url: string;
  readonly login: string;
  readonly password: string;
  readonly timeoutMs: number;
  /** Calls per second, at most and at least; unless told, no limit is learnt. */
  readonly pace?: EntPace;
  /** Calls under way at most; unless told, 50. */
  readonly callsAtOnce?: number;
  readonly loginPause?: LoginPause;
};

export type EntCall = {
  readonly json?: unknown;
  readonly upload?: Upload;
  readonly doneStatus?: 200 | 201;
  /** Files: the ENT answers when all is written (§3.1). */
  readonly isLong?: boolean;
  readonly signal?: AbortSignal;
};

/** Of the ENT itself, for files (§0). */
const longTimeoutMs = 600_000;

/**
 * Of the time that a call has, what each try of a login has: all other calls wait for it, and one whose answer was lost on
 * its way is soon opened anew, beside the one that may stand (§2.1). Refused logins alone count for a ban.
 */
const shareOfLogins = [0.2, 0.2, 1];

/** Of a call whose transaction failed; then the account waits, and is tried again without limit. */
const triesOfTransient = 4;
/** Of a call that a server error answers. The ENT has one writer, so the second answer shows the effect of both calls. */
const triesOfServerError = 2;
const backOffOfTries = { firstMs: 100, mostMs: 1_000, random: Math.random };

/** A school of 2,000 users is 2 MB; all schools of an academy less than 10. */
const listBytesMax = 32 * 1024 * 1024;
const answerBytesMax = 1024 * 1024;

type Sent = { readonly type: string; readonly body: string };
type SendOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly isLong?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};
type Session = { readonly cookie: string; readonly xsrf: string };

/** Calls as a technical account with a cookie session and XSRF header, kept and renewed. */
export class EntHttpSession {
  private session: Promise<Session> | undefined;
  private readonly pause = new EntPause();
  private readonly loginPause: LoginPause;
  private readonly atOnce: AtOnce;

  constructor(private readonly address: EntAddress) {
    this.atOnce = new AtOnce(address.callsAtOnce ?? 50);
    this.loginPause = address.loginPause ?? new LoginPause();
  }

  /**
   * One call, and what the ENT says of it; `doneStatus` is what a genuine success has. Throws
   * EntUnavailable. Sent to log in, it does so once and repeats: every call bears that. A failed transaction, and an error
   * of the server, are tried again after a pause.
   */
  async call(method: string, path: string, call: EntCall = {}): Promise<EntAnswer> {
    let mayBeDone = false;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.callOnce(method, path, call);
      } catch (error) {
        if (!(error instanceof EntUnavailable)) throw error;
        // An import is written in several transactions: what it has done is compared before another is sent.
        mayBeDone ||= !error.isUndone || (call.isLong === true && error.code === 'ENT_TRANSIENT');
        if (call.isLong || tries >= triesAfter(error))
          throw mayBeDone && error.isUndone ? possiblyDone(error) : error;
        await sleep(backOffMs(tries, backOffOfTries));
      }
    }
  }

  private async callOnce(
    method: string,
    path: string,
    { json, upload, doneStatus = 200, isLong = false, signal }: EntCall,
  ): Promise<EntAnswer> {
    const form = upload === undefined ? undefined : multipartOf(upload);
    const sent =
      json === undefined ? form : { type: 'application/json', body: JSON.stringify(json) };
    for (let attempt = 1; ; attempt += 1) {
      const { session, response } = await this.inTurn(async () => {
        const opened = this.login();
        const { cookie, xsrf } = await opened;
        const headers = { cookie, 'x-xsrf-token': xsrf };
        const asked = await this.ask(method, path, sent, { headers, isLong, signal });
        return { session: opened, response: asked };
      });
      const missing = whatTheAccountLacks(response);
      if (missing !== undefined) throw new EntUnavailable(missing);
      if (asksToLogIn(response)) {
        // Others find the same one ended while the next is being opened.
        if (this.session === session) this.session = undefined;
        if (attempt === 1) continue;
        throw new EntUnavailable('ENT_SESSION');
      }
      return entAnswer(response, doneStatus);
    }
  }

  private login(): Promise<Session> {
    this.session ??= this.openSession().catch((error: unknown) => {
      this.session = undefined;
      throw error;
    });
    return this.session;
  }

  private async openSession(): Promise<Session> {
    const { login, password } = this.address;
    const retryInMs = this.loginPause.leftMs;
    if (retryInMs > 0) throw new EntUnavailable('ENT_LOGIN_REFUSED', { retryInMs });
    const form = new URLSearchParams({ email: login, password }).toString();
    const sent = { type: 'application/x-www-form-urlencoded', body: form };
    const response = await this.askToLogIn(sent);
    const cookies = (response.headers['set-cookie'] ?? []).map(
      (cookie) => cookie.split(';')[0] ?? '',
    );
    const valueOf = (name: string) =>
      cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
    const xsrf = valueOf('XSRF-TOKEN');
    // To try on would get the account banned.
    if (isRefusedLogin(response)) {
      throw new EntUnavailable('ENT_LOGIN_REFUSED', { retryInMs: this.loginPause.begin() });
    }
    if (response.status !== 302 || !xsrf || !valueOf('oneSessionId')) {
      throw new EntUnavailable('ENT_SESSION', { isUndone: true });
    }
    this.loginPause.end();
    return { cookie: cookies.join('; '), xsrf };
  }

  /** In the turn of the call that needs it. */
  private async askToLogIn(sent: Sent): Promise<HttpAnswer> {
    for (let tries = 1; ; tries += 1) {
      const timeoutMs = this.address.timeoutMs * (shareOfLogins[tries - 1] ?? 1);
      try {
        const answer = await this.ask('POST', '/auth/login', sent, { timeoutMs });
        if (answer.status < 500 || tries === shareOfLogins.length) return answer;
        await sleep(backOffMs(tries, backOffOfTries));
      } catch (error) {
        const isLost = error instanceof EntUnavailable && error.code === 'ENT_TIMEOUT';
        if (!isLost) throw error;
        // No call of the session that was not opened has been sent.
        if (tries === shareOfLogins.length) throw undone(error);
      }
    }
  }

  /**
   * At the pace that the ENT bears, so many at once. Whoever has waited for its turn takes the session of then: many wait,
   * and each would find the one of before ended.
   */
  private async inTurn<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    await this.address.pace?.turn();
    return this.atOnce.run(call);
  }

  private async ask(
    method: string,
    path: string,
    sent: Sent | undefined,
    { headers = {}, isLong = false, timeoutMs = this.address.timeoutMs, signal }: SendOptions,
  ): Promise<HttpAnswer> {
    const { url, pace } = this.address;
    // Asked after the turn: who waited for it may have been told of a pause meanwhile.
    if (this.pause.leftMs > 0) throw throttled(this.pause.leftMs);
    const begunAtMs = performance.now();
    const response = await httpCall({
      method,
      url: new URL(`${url}${path}`),
      // Refusals are told apart by their words, and the ENT speaks the language that is asked for (§3.1).
      headers: {
        ...{ 'accept-language': 'fr', ...headers },
        ...(sent === undefined ? {} : { 'content-type': sent.type }),
      },
      body: sent?.body,
      timeoutMs: isLong ? longTimeoutMs : timeoutMs,
      bytesMax: method === 'GET' || isLong ? listBytesMax : answerBytesMax,
      signal,
    }).catch((cause: unknown) => {
      if (cause instanceof HttpTimeout) pace?.unanswered();
      throw unavailable(cause);
    });
    if (response.status === 429) {
      const stillForMs = this.pause.begin(response.headers['retry-after']);
      pace?.refused(stillForMs);
      throw throttled(stillForMs);
    }
    this.pause.end();
    // Lists are as long as their schools, and files as what they hold: neither says how busy the ENT is.
    pace?.served(method === 'GET' || isLong ? undefined : performance.now() - begunAtMs);
    return response;
  }
}

/**
 * A redirect is never followed: it leads to a page for people (login, second factor, terms of use).
 * The same page may come with status 200.
 */
function asksToLogIn(response: HttpAnswer): boolean {
  const { status, text } = response;
  if (status >= 300 && status < 400) return true;
  // Another 403 is a refusal of what was asked.
  if (status === 403 && text.includes('invalid.xsrf.token')) return true;
  return status < 300 && isPage(response);
}

/**
 * The login page once more, with status 200 (§2.1), or the page of a new password. Told by forms and addresses alone: the
 * words are those of a language. A page of a proxy has neither: nothing was tried, and no call needs to wait.
 */
function isRefusedLogin({ status, text, headers }: HttpAnswer): boolean {
  if (status === 302) return /\/auth\/reset\//.test(headers.location ?? '');
  return status === 200 && /<[^>]*(password|\bauth\b)/i.test(text);
}

/** Logged in, and not let through: to log in anew changes nothing (§0: 401 is a missing right). */
function whatTheAccountLacks({ status, headers }: HttpAnswer): ConnectorFault | undefined {
  if (status === 401) return 'ENT_RIGHT_MISSING';
  if (status < 300 || status >= 400) return undefined;
  const { location = '' } = headers;
  if (location.includes('/auth/validate-mfa')) return 'ENT_SECOND_FACTOR';
  if (location.includes('/auth/validate-mail')) return 'ENT_MAIL_NOT_VALIDATED';
  return location.includes('/auth/revalidate-terms') ? 'ENT_TERMS' : undefined;
}

const triesAfter = ({ code, isServerError }: EntUnavailable): number =>
  code === 'ENT_TRANSIENT' ? triesOfTransient : isServerError ? triesOfServerError : 1;

/** An earlier try of the same call may have been done. */
const possiblyDone = (error: EntUnavailable): EntUnavailable =>
  new EntUnavailable(error.code, { cause: error, retryInMs: error.retryInMs, isUndone: false });
const undone = (error: EntUnavailable): EntUnavailable =>
  new EntUnavailable(error.code, { cause: error, isUndone: true });

function throttled(retryInMs: number): EntUnavailable {
  return new EntUnavailable('ENT_THROTTLED', { retryInMs });
}

function unavailable(cause: unknown): EntUnavailable {
  if (cause instanceof HttpAnswerTooLong)
    return new EntUnavailable('ENT_ANSWER_TOO_LONG', { cause });
  const isLate = cause instanceof HttpTimeout;
  const isUndone = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes(
    String((cause as { code?: unknown }).code),
  );
  return new EntUnavailable(isLate ? 'ENT_TIMEOUT' : 'ENT_UNREACHABLE', { cause, isUndone });
}
