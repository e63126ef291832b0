import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseRequest } from './case.js';

export type PlatformAnswer = {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly cookies: ReadonlyMap<string, string>;
  readonly text: string;
};

const timeoutMs = 45_000;
/** Of a request whose transaction failed in Neo4j. */
const [triesMax, retryAfterMs] = [5, 100];
/** Of one answer; a longer one is none of the platform's. */
const bytesMax = 32 * 1024 * 1024;

class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** A platform at an address, with the sessions that were opened there. Follows no redirect. */
export class Platform {
  private readonly sessions = new Map<string, ReadonlyMap<string, string>>();

  /** `url`: origin, without a slash at its end. */
  constructor(readonly url: string) {}

  hasSession(name: string): boolean {
    return this.sessions.has(name);
  }

  keepSession(name: string, cookies: ReadonlyMap<string, string>): void {
    this.sessions.set(name, cookies);
  }

  /** Throws where no whole answer comes within 45 s. */
  async send(request: CaseRequest): Promise<PlatformAnswer> {
    for (let left = request.times ?? 1; left > 1; left -= 1) await this.sendOnce(request);
    for (let tries = 1; ; tries += 1) {
      const answer = await this.sendOnce(request);
      // Row A: a creation may be refused by what the one before still writes.
      if (!answer.text.includes('"Neo.TransientError.') || tries === triesMax) return answer;
      await sleep(retryAfterMs * tries);
    }
  }

  /** Each answer, also that of a transaction that failed. */
  sendAtOnce(request: CaseRequest, count: number): Promise<PlatformAnswer[]> {
    const text = JSON.stringify(request);
    const copies = Array.from({ length: count }, (_, at) => text.replaceAll('[copy]', `${at}`));
    return Promise.all(copies.map((copy) => this.sendOnce(JSON.parse(copy) as CaseRequest)));
  }

  private async sendOnce(request: CaseRequest): Promise<PlatformAnswer> {
    const body = bodyOf(request);
    const response = await fetch(`${this.url}${request.path}`, {
      method: request.method,
      redirect: 'manual',
      headers: {
        // The platform's refusals are in the language that is asked for (§3.1).
        'accept-language': 'fr',
        ...this.sessionHeaders(request),
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      headers: response.headers,
      cookies: new Map(response.headers.getSetCookie().map(cookieOf)),
      text: await textOf(response),
    };
  }

  private sessionHeaders({ as = 'connector', method, xsrf }: CaseRequest): Record<string, string> {
    const cookies = this.sessions.get(as);
    if (!cookies) return {};
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (method === 'GET' || xsrf === 'MISSING') return { cookie };
    const token = xsrf === 'WRONG' ? 'not-the-token' : (cookies.get('XSRF-TOKEN') ?? '');
    return { cookie, 'x-xsrf-token': token };
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Left in the middle, the rest is not read.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf({
  json,
  form,
  assertion,
  upload,
}: CaseRequest): string | URLSearchParams | FormData | undefined {
  if (json !== undefined) return JSON.stringify(json);
  if (form) return new URLSearchParams(form);
  if (assertion) return new URLSearchParams({ SAMLResponse: samlOf(assertion) });
  if (!upload) return undefined;
  const data = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) data.append(name, value);
  for (const [part, { name, text }] of Object.entries(upload.files))
    data.append(part, new Blob([text], { type: 'text/csv' }), name);
  return data;
}

function samlOf({ attribute, value }: NonNullable<CaseRequest['assertion']>): string {
  const inner = `<saml2:AttributeValue>${value}</saml2:AttributeValue>`;
  const assertion = `<saml2:Assertion><saml2:Attribute Name="${attribute}">${inner}</saml2:Attribute></saml2:Assertion>`;
  return Buffer.from(assertion).toString('base64');
}

function cookieOf(header: string): [string, string] {
  const [pair = ''] = header.split(';');
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
