import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestOfVisitor } from '../visitor.js';
import { inPlace, requestsAtOnce } from './requests-at-once.js';

const bounds = { running: 2, waiting: 2 };
let door = requestsAtOnce(bounds);
let begun: string[] = [];
beforeEach(() => {
  door = requestsAtOnce(bounds);
  begun = [];
});

/** A request that lasts until `end` is called. */
function ask(name: string, session = 's', url = '/api/session') {
  const response = new EventEmitter();
  const headers = session === '' ? {} : { cookie: `__Host-session=${session}` };
  const request = { url, headers } as IncomingMessage & RequestOfVisitor;
  door(request, response as ServerResponse, () => begun.push(name));
  const handle = (handler: () => unknown) =>
    inPlace(handler)(request, response as ServerResponse, () => undefined);
  return { end: () => response.emit('close'), handle };
}

test('further requests of a session wait for the end of another, in the order in which they came', () => {
  const [a] = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  expect(begun).toEqual(['a', 'b']);
  a!.end();
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('refuses a request where as many wait as may, and admits it once one has begun', () => {
  const [a] = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  expect(() => ask('e')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }));
  a!.end();
  ask('e');
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('a request that its browser gave up while it waited is never run', () => {
  const [a, b, c] = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  c!.end();
  a!.end();
  b!.end();
  expect(begun).toEqual(['a', 'b', 'd']);
});

test.each([
  ['has ended', () => Promise.resolve()],
  ['has failed', () => Promise.reject(new Error('a fault'))],
])('a request whose response is closed keeps its place until its handler %s', async (_, end) => {
  const [a] = ['a', 'b', 'c'].map((name) => ask(name));
  const other = Promise.withResolvers<void>();
  const handled = a!.handle(() => other.promise.then(end));
  a!.end();
  expect(begun).toEqual(['a', 'b']);
  other.resolve();
  await Promise.allSettled([handled]);
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('a request whose handler has ended keeps its place until its response is closed', async () => {
  const [a] = ['a', 'b', 'c'].map((name) => ask(name));
  await a!.handle(() => undefined);
  expect(begun).toEqual(['a', 'b']);
  a!.end();
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('a request whose browser gave up before its handler began is not run', () => {
  const a = ask('a');
  a.end();
  a.handle(() => begun.push('handler'));
  expect(begun).toEqual(['a']);
});

test('a request without a session is handled', () => {
  ask('a', '').handle(() => begun.push('handler'));
  expect(begun).toEqual(['a', 'handler']);
});

test('other sessions, requests without one and files of the web application do not wait', () => {
  for (const name of ['a', 'b', 'c']) ask(name);
  ask('other', 't');
  ask('anonymous', '');
  ask('file', 's', '/assets/a.js');
  expect(begun).toEqual(['a', 'b', 'other', 'anonymous', 'file']);
});

test('the end of one request begins another in that one’s own trace', () => {
  const trace = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const asked = ['a', 'b', 'c'].map((name) =>
    trace.run(name, () => {
      const response = new EventEmitter();
      const request = { url: '/api/x', headers: { cookie: '__Host-session=s' } };
      door(request as unknown as IncomingMessage, response as ServerResponse, () =>
        seen.push(trace.getStore()),
      );
      return response;
    }),
  );
  trace.run('a', () => asked[0]!.emit('close'));
  expect(seen).toEqual(['a', 'b', 'c']);
});
