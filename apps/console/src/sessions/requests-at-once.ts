import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { routedPathOf } from '../request-path.js';
import { TooManyRequests } from '../request-rate.js';
import type { RequestOfVisitor } from '../visitor.js';
import { readCookie, sessionCookie } from './cookies.js';

type Request = IncomingMessage & RequestOfVisitor;
type Bounds = { readonly running: number; readonly waiting: number };

/**
 * Runs four requests of a session at once; a hundred more wait in the order in which they came, before PostgreSQL is
 * queried for them. They wait, since a page sends more than four at once; a hundred is more than a page sends, and
 * further ones are refused. Of this process alone, and of sessions that have a request.
 */
export function requestsAtOnce({ running, waiting }: Bounds = { running: 4, waiting: 100 }) {
  const sessions = new Map<string, AtOnce>();
  return (request: Request, response: ServerResponse, next: () => void) => {
    const id = readCookie(request.headers.cookie, sessionCookie);
    if (id === undefined || !routedPathOf(request).startsWith('/api/')) return next();
    let session = sessions.get(id);
    if (!session) sessions.set(id, (session = new AtOnce(() => sessions.delete(id))));
    const place = new Place(session);
    request.place = place;
    if (session.running < running) {
      session.running += 1;
      response.once('close', () => place.close());
      return next();
    }
    if (session.waiting.size >= waiting) throw new TooManyRequests(1);
    // In its own trace, although the end of another request begins it.
    const begin = AsyncLocalStorage.bind(next);
    session.waiting.add(begin);
    response.once('close', () => {
      if (!session.waiting.delete(begin)) place.close();
    });
  };
}

/** The requests of one session. */
class AtOnce {
  running = 0;
  readonly waiting = new Set<() => void>();

  constructor(private readonly end: () => void) {}

  leave(): void {
    const [first] = this.waiting;
    if (first) {
      this.waiting.delete(first);
      first();
      return;
    }
    this.running -= 1;
    if (this.running === 0) this.end();
  }
}

/** Of a request among those that its session runs: taken until its response is closed and its handler has ended. */
class Place {
  private isClosed = false;
  private isHandled = false;

  constructor(private readonly session: AtOnce) {}

  close(): void {
    this.isClosed = true;
    if (!this.isHandled) this.session.leave();
  }

  /** False where the browser gave up before, and the place is another's. */
  beginHandler(): boolean {
    this.isHandled = !this.isClosed;
    return this.isHandled;
  }

  endHandler(): void {
    this.isHandled = false;
    if (this.isClosed) this.session.leave();
  }
}

const verbs = ['get', 'post', 'put', 'patch', 'delete', 'all'] as const;
type Handler = (request: Request, response: ServerResponse, next: () => void) => unknown;
type Routes = Record<(typeof verbs)[number], (path: string, ...handlers: Handler[]) => unknown>;

/**
 * A handler goes on when its browser gives up: it keeps its place, and one that has not begun is not run. Handlers
 * are wrapped as they are registered, since an interceptor takes 3 % of the CPU of an order here.
 */
export function keepPlaces(app: NestExpressApplication): void {
  const routes = app.getHttpAdapter().getInstance() as Routes;
  for (const verb of verbs) {
    const register = routes[verb].bind(routes);
    routes[verb] = (path, ...handlers) => register(path, ...handlers.map(inPlace));
  }
}

export const inPlace =
  (handler: Handler): Handler =>
  (request, response, next) => {
    const { place } = request;
    if (!place) return handler(request, response, next);
    if (!place.beginHandler()) return undefined;
    return Promise.resolve(handler(request, response, next)).finally(() => place.endHandler());
  };
