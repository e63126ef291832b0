import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminRoute } from './admin-routes.js';
import { directoryRoutes } from './directory-routes.js';
import { Faults, type Fault } from './faults.js';
import { type Backup, EntError, Graph, type Entry } from './graph.js';
import { Journal } from './journal.js';
import type { Answer, Call } from './route.js';
import { sessionRoutes } from './session-routes.js';
import { basicCredentials, Sessions, type Credentials } from './sessions.js';
import { Throttle, type ServiceRate } from './throttle.js';

const routes = [...sessionRoutes, ...directoryRoutes];

export type SimulatorOptions = {
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** Folder of the journal; undefined: nothing outlives the process. */
  readonly dataFolder?: string | undefined;
  readonly rate?: ServiceRate;
  readonly credentials?: Partial<Credentials>;
};

/** Open ENT-NG as far as our chain needs it, in one process, by plain HTTP. */
export class OpenEntNg {
  readonly faults = new Faults();
  readonly throttle: Throttle;
  readonly sessions: Sessions;
  readonly graph: Graph;
  readonly calls = new Map<string, number>();
  /** The last that was made; restored as often as is asked. */
  #backup: Backup | undefined;
  readonly #journal: Journal<Entry>;
  readonly #server: Server;

  private constructor(private readonly options: SimulatorOptions) {
    this.throttle = new Throttle(options.rate ?? { perSecond: 0, latencyMs: 0 });
    this.sessions = new Sessions({
      login: 'connecteur',
      password: 'connecteur-secret',
      clientId: 'connecteur',
      clientSecret: 'connecteur-secret',
      ...options.credentials,
    });
    this.#journal = new Journal<Entry>(options.dataFolder);
    this.graph = new Graph(this.#journal);
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(options: SimulatorOptions = {}): Promise<OpenEntNg> {
    const simulator = new OpenEntNg(options);
    await new Promise<void>((resolve, reject) => {
      simulator.#server.once('error', reject);
      simulator.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return simulator;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${this.options.host ?? '127.0.0.1'}:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#journal.flushed();
    this.#journal.close();
  }

  makeBackup(): void {
    this.#backup = this.graph.backup();
  }

  /** The platform put back to its last backup: whoever was logged in must log in again. */
  restoreBackup(): void {
    if (this.#backup === undefined) throw new EntError('no.backup');
    this.graph.restoreBackup(this.#backup);
    this.sessions.expireAll();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const body = await readBody(request);
    const name = `${request.method ?? 'GET'} ${url.pathname}`;
    if (url.pathname.startsWith('/__simulator')) {
      const answer = adminRoute(this, request.method ?? 'GET', url.pathname, body);
      await this.#journal.flushed();
      return send(response, answer);
    }
    const route = routes.find(
      ({ method, pattern }) => method === request.method && pattern.test(url.pathname),
    );
    this.calls.set(route?.name ?? 'unknown', (this.calls.get(route?.name ?? 'unknown') ?? 0) + 1);
    await this.throttle.pass();
    const work = () => this.#answer(request, url, body);
    const fault = this.faults.hit(name, body);
    if (!fault) {
      const answer = work();
      await this.#journal.flushed();
      return send(response, answer);
    }
    if (fault.mode === 'timeout-after-success') {
      work();
      await this.#journal.flushed();
      await sleep(fault.waitMs, undefined, { ref: false });
      request.socket.destroy();
    } else if (fault.mode === 'importer-busy') {
      await sleep(fault.waitMs);
      send(response, json(400, { error: 'Timed out after waiting 30000(ms) for a reply' }));
      setTimeout(() => {
        work();
        void this.#journal.flushed();
      }, fault.waitMs).unref();
    } else if (fault.mode === 'disconnect') request.socket.destroy();
    else if (fault.mode === 'empty-list' || fault.mode === 'half-list')
      send(response, shortened(work(), fault.mode));
    else send(response, wrongAnswer(fault));
  }

  #answer(request: IncomingMessage, url: URL, body: string): Answer {
    const method = request.method ?? 'GET';
    const route = routes.find((each) => each.method === method && each.pattern.test(url.pathname));
    if (!route) return { status: 404, body: '', type: 'text/plain' };
    const identity = this.sessions.identify(request.headers);
    if (!route.isPublic && identity.kind === 'none') {
      // No JSON even for an API call: the real thing sends everybody to its login page (§0).
      const callback = encodeURIComponent(
        `http://${request.headers.host ?? ''}${url.pathname}${url.search}`,
      );
      return {
        status: 302,
        body: '',
        type: 'text/plain',
        headers: { location: `/auth/login?callback=${callback}` },
      };
    }
    if (route.needsUser && identity.kind === 'application') {
      return { status: 401, body: '<html><body>Unauthorized</body></html>', type: 'text/html' };
    }
    const changes = method !== 'GET' && !route.isPublic;
    if (changes && identity.kind === 'user' && identity.xsrfToken !== undefined) {
      if (request.headers['x-xsrf-token'] !== identity.xsrfToken) {
        return json(403, { error: 'invalid.xsrf.token' });
      }
    }
    const call: Call = {
      parameters: route.pattern.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [],
      query: url.searchParams,
      form: new URLSearchParams(body),
      json: () => parse(body),
      basic: basicCredentials(request.headers.authorization ?? ''),
    };
    try {
      return route.answer(this, call);
    } catch (error) {
      if (!(error instanceof EntError)) throw error;
      if (error.message === '') return { status: error.status, body: '', type: 'text/plain' };
      return json(error.status, { error: error.message });
    }
  }
}

/** A list without its second half, or without anybody. */
function shortened(answer: Answer, mode: 'empty-list' | 'half-list'): Answer {
  const list = JSON.parse(answer.body) as unknown;
  if (!Array.isArray(list)) return answer;
  return json(
    answer.status,
    list.slice(0, mode === 'empty-list' ? 0 : Math.floor(list.length / 2)),
  );
}

/** What is answered instead of doing anything. */
function wrongAnswer({ mode, retryAfter }: Fault): Answer {
  switch (mode) {
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
    case 'redirect-302':
      return redirect('/auth/login');
    case 'redirect-mfa':
      return redirect('/auth/validate-mfa?force=true&redirect=%2F');
    case 'redirect-terms':
      return redirect('/auth/revalidate-terms');
    case 'right-401':
      return { status: 401, body: '<html><body>Unauthorized</body></html>', type: 'text/html' };
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

function redirect(location: string): Answer {
  return { status: 302, body: '', type: 'text/plain', headers: { location } };
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new EntError('invalid.json');
  }
}

export function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body), type: 'application/json' };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'cache-control': 'no-cache, must-revalidate',
    expires: '-1',
    ...answer.headers,
  });
  response.end(answer.body);
}
