import type { IncomingMessage } from 'node:http';
import { routedPathOf } from '../request-path.js';
import type { RequestOfVisitor, Visitor } from '../visitor.js';
import { readCookie, sessionCookie } from './cookies.js';
import type { CurrentSession } from './current-session.js';

/** A session may end while a body dawdles: what was asked so long ago is asked again. */
export const aheadMaxMs = 1_000;

/**
 * Asks whose session it is as soon as the door has let a request in: PostgreSQL looks while the body is read and the
 * route found. SessionGuard alone judges the answer.
 */
export function lookAhead(currentSession: Pick<CurrentSession, 'visitor'>) {
  return (request: IncomingMessage & RequestOfVisitor, _response: unknown, next: () => void) => {
    const id = readCookie(request.headers.cookie, sessionCookie);
    if (id !== undefined && routedPathOf(request).startsWith('/api/')) {
      const visitor = currentSession.visitor(id);
      // Where the request ends before the guard, its failure is nobody's.
      visitor.catch(() => undefined);
      request.ahead = { visitor, sinceMs: performance.now() };
    }
    next();
  };
}

/** Undefined where nobody asked, or too long ago. */
export function visitorAhead(
  { ahead }: RequestOfVisitor,
  nowMs = performance.now(),
): Promise<Visitor | undefined> | undefined {
  return ahead && nowMs - ahead.sinceMs < aheadMaxMs ? ahead.visitor : undefined;
}
