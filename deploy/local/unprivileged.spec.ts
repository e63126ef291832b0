import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetBackingData } from './backing.mjs';
import { folderIn, memoryFor, unprivilegedUser } from './unprivileged.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'elsewhere-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('data that lies in memory is found where it is wanted, and forgotten with it', () => {
  const [memory, stack] = [join(dir, 'memory'), join(dir, 'stack')];
  mkdirSync(memory);
  const wanted = join(stack, 'postgres');
  const there = folderIn(memory, wanted, unprivilegedUser());
  writeFileSync(join(there, 'data'), 'of a test');
  expect(there.startsWith(memory)).toBe(true);
  expect(readFileSync(join(wanted, 'data'), 'utf8')).toBe('of a test');
  // The next start of the same stack.
  expect(folderIn(memory, wanted, unprivilegedUser())).toBe(there);
  forgetBackingData(stack);
  expect([there, wanted].map((path) => existsSync(path))).toEqual([false, false]);
});

test('a machine without so much to spare has no memory for it', () => {
  expect(memoryFor(Number.MAX_SAFE_INTEGER)).toBeUndefined();
});
