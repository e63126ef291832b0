import { type Answer, json, redirect, unauthorized } from './routes/route.js';

/** What goes wrong, set by a test through `POST /__simulator/faults`. */
export type Fault = {
  /**
   * `timeout-after-success`: done, and never answered. `importer-busy`: 400 after a wait, and done
   * later all the same (§6). All others do nothing: `error-503`; `disconnect`, the connection is cut;
   * `error-400`, refused for good; `page-200`, the login page with status 200; `maintenance-200`, a
   * proxy's page with status 200; `error-200`, a refusal with status 200; `redirect-302`, to the login page; `redirect-mfa`, `redirect-terms`, `redirect-mail`, to
   * the second factor, the terms of use, the validation of the mail; `right-401`, a missing right; `xsrf-403` (§0); `throttled-429`, by a proxy (§6).
   * `cut-json`, an answer without its end; `empty-201`, a creation of nothing; `odd-json`, genuine but for its `answer`.
   * Of a list only: `empty-list`, and `half-list`, its first half, as a genuine answer.
   */
  readonly mode:
    | 'timeout-after-success'
    | 'error-503'
    | 'importer-busy'
    | 'disconnect'
    | 'error-400'
    | 'page-200'
    | 'maintenance-200'
    | 'error-200'
    | 'redirect-302'
    | 'redirect-mfa'
    | 'redirect-terms'
    | 'redirect-mail'
    | 'right-401'
    | 'xsrf-403'
    | 'throttled-429'
    | 'cut-json'
    | 'empty-201'
    | 'odd-json'
    | 'empty-list'
    | 'half-list';
  /** Part of the matching calls that it hits, 0 to 1. */
  readonly share: number;
  /** Calls it still hits at most. */
  remaining: number;
  /** Regular expression on `METHOD path`. */
  readonly calls: string;
  /** Regular expression on the request's body; empty: any. */
  readonly body: string;
  readonly waitMs: number;
  /** Header of a `throttled-429`: seconds or a date; empty: none. */
  readonly retryAfter: string;
  /** Of an `odd-json`: status and body. */
  readonly status: number;
  readonly answer: unknown;
};

export class Faults {
  private faults: Fault[] = [];

  set(faults: readonly Partial<Fault>[]): void {
    this.faults = faults.map((fault) => ({
      mode: fault.mode ?? 'error-503',
      share: fault.share ?? 1,
      remaining: fault.remaining ?? Number.MAX_SAFE_INTEGER,
      calls: fault.calls ?? '.*',
      body: fault.body ?? '',
      waitMs: fault.waitMs ?? 30_000,
      retryAfter: fault.retryAfter ?? '',
      ...{ status: fault.status ?? 200, answer: fault.answer ?? null },
    }));
  }

  list(): readonly Fault[] {
    return this.faults;
  }

  hit(call: string, body: () => string): Fault | undefined {
    const fault = this.faults.find(
      ({ calls, body: pattern, remaining, share }) =>
        remaining > 0 &&
        new RegExp(calls).test(call) &&
        (pattern === '' || new RegExp(pattern).test(body())) &&
        Math.random() < share,
    );
    if (fault) fault.remaining -= 1;
    return fault;
  }
}

/** A list without its second half, or without anybody. */
export function shortened(answer: Answer, mode: 'empty-list' | 'half-list'): Answer {
  const list = JSON.parse(answer.body) as unknown;
  if (!Array.isArray(list)) return answer;
  return json(
    answer.status,
    list.slice(0, mode === 'empty-list' ? 0 : Math.floor(list.length / 2)),
  );
}

/** What is answered instead of doing anything. */
export function wrongAnswer({ mode, retryAfter, status, answer }: Fault): Answer {
  switch (mode) {
    case 'odd-json':
      return json(status, answer);
    case 'error-400':
      return json(400, { error: 'invalid.attribute' });
    case 'error-200':
      return json(200, { error: 'invalid.attribute' });
    case 'page-200':
      return {
        status: 200,
        body: '<html><form action="/auth/login"></form></html>',
        type: 'text/html',
      };
    case 'maintenance-200':
      return {
        status: 200,
        body: '<html><h1>Service en maintenance</h1></html>',
        type: 'text/html',
      };
    case 'cut-json':
      return { status: 200, body: '{"id":"c0ffee00', type: 'application/json' };
    case 'empty-201':
      return json(201, {});
    case 'redirect-302':
      return redirect('/auth/login');
    case 'redirect-mfa':
      return redirect('/auth/validate-mfa?force=true&redirect=%2F');
    case 'redirect-terms':
      return redirect('/auth/revalidate-terms');
    case 'redirect-mail':
      return redirect('/auth/validate-mail?force=true&type=email');
    case 'right-401':
      return unauthorized;
    case 'xsrf-403':
      return json(403, { error: 'invalid.xsrf.token' });
    case 'throttled-429':
      return {
        status: 429,
        body: '<html>Too Many Requests</html>',
        type: 'text/html',
        headers: retryAfter === '' ? {} : { 'retry-after': retryAfter },
      };
    default:
      return { status: 503, body: 'Service Unavailable', type: 'text/html' };
  }
}
