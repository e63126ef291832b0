import { askerAt, RequestRate, type TooManyRequests } from './request-rate.js';

const refusedAfter = (seconds: number) =>
  expect.objectContaining<Partial<TooManyRequests>>({
    code: 'TOO_MANY_REQUESTS',
    kind: 'too-many',
    details: { retryAfterSeconds: seconds },
  });

test('so many requests a minute, all at once or spread, and each asker its own', () => {
  const rate = new RequestRate(60);
  for (let i = 0; i < 60; i += 1) rate.take('a', 0);
  expect(() => rate.take('a', 0)).toThrow(refusedAfter(1));
  expect(() => rate.take('b', 0)).not.toThrow();
  expect(() => rate.take('a', 999)).toThrow(refusedAfter(1));
  // Who goes on asking waits no longer for it.
  expect(() => rate.take('a', 1_000)).not.toThrow();
  expect(() => rate.take('a', 1_000)).toThrow(refusedAfter(1));
  for (let i = 0; i < 60; i += 1) rate.take('a', 3_600_000);
  expect(() => rate.take('a', 3_600_000)).toThrow(refusedAfter(1));
});

test('says how long to wait', () => {
  const rate = new RequestRate(2);
  for (let i = 0; i < 2; i += 1) rate.take('a', 0);
  expect(() => rate.take('a', 0)).toThrow(refusedAfter(30));
  expect(() => rate.take('a', 20_000)).toThrow(refusedAfter(10));
});

test('remembers ten thousand askers, the latest', () => {
  const rate = new RequestRate(1);
  for (let i = 0; i < 10_001; i += 1) rate.take(String(i), 0);
  expect(() => rate.take('10000', 0)).toThrow(refusedAfter(60));
  expect(() => rate.take('1', 0)).toThrow(refusedAfter(60));
  expect(() => rate.take('0', 0)).not.toThrow();
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7'],
  ['2001:DB8:0:0007::9', '2001:db8:0:7'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['unknown', 'unknown'],
])('%s asks as %s', (address, asker) => {
  expect(askerAt(address)).toBe(asker);
});
