import type { IncomingMessage } from 'node:http';
import type { RequestOfVisitor, Visitor } from '../visitor.js';
import { sessionCookie } from './cookies.js';
import { aheadMaxMs, lookAhead, visitorAhead } from './look-ahead.js';

const visitor = { userId: 'u-1' } as Visitor;
let asked: string[];
beforeEach(() => (asked = []));

/** What stands in the request once it has been let through. */
function through(url: string, cookie: string | undefined, answer = () => Promise.resolve(visitor)) {
  const request = { url, headers: { cookie } } as IncomingMessage & RequestOfVisitor;
  let isThrough = false;
  const currentSession = { visitor: (id: string) => (asked.push(id), answer()) };
  lookAhead(currentSession)(request, undefined, () => (isThrough = true));
  expect(isThrough).toBe(true);
  return request;
}

const withSession = `a=b; ${sessionCookie}=s-1`;

test('a request of the API is let through while its session is looked for', async () => {
  const request = through('/API//orders?x=1', withSession);
  expect(await visitorAhead(request)).toBe(visitor);
  expect(asked).toEqual(['s-1']);
});

test('what was asked before a body that dawdled is asked again: the session may have ended', () => {
  const request = through('/api/orders', withSession);
  const { sinceMs } = request.ahead!;
  expect(visitorAhead(request, sinceMs + aheadMaxMs - 1)).toBeDefined();
  expect(visitorAhead(request, sinceMs + aheadMaxMs)).toBeUndefined();
});

test('nobody is looked for without a session, for a page, or for a login', () => {
  for (const [url, cookie] of [
    ['/api/orders', 'a=b'],
    ['/api/orders', undefined],
    ['/collectivite', withSession],
    ['/auth/login', withSession],
  ] as const) {
    expect(visitorAhead(through(url, cookie))).toBeUndefined();
  }
  expect(asked).toEqual([]);
});

test('a failure that nobody waits for ends no process, and is told to who waits', async () => {
  const failing = through('/api/orders', withSession, () =>
    Promise.reject(new Error('database away')),
  );
  await new Promise((resolve) => setImmediate(resolve));
  await expect(visitorAhead(failing)).rejects.toThrow('database away');
});
