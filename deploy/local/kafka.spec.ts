import { newClusterId } from './kafka.mjs';

test('a cluster id never begins with a dash, which the format tool would read as an option', () => {
  const draws = [Buffer.alloc(16, 0xfb), Buffer.alloc(16, 0xf8), Buffer.alloc(16, 1)];
  expect(Buffer.alloc(16, 0xfb).toString('base64url')).toMatch(/^-/);
  expect(newClusterId(() => draws.shift() ?? Buffer.alloc(16))).toBe(
    Buffer.alloc(16, 1).toString('base64url'),
  );
  expect(newClusterId()).toMatch(/^[\w][\w-]{21}$/);
});
