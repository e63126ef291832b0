import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { closeToOthers } from './private-files.mjs';

let home: string;
let dir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'private-'));
  dir = join(home, 'local');
  for (const [path, mode] of [
    ['local/kafka/people-0/00000.log', 0o644],
    ['local/redis/appendonly.aof', 0o664],
    ['local/maven/redis-server', 0o755],
    ['local/ports.json', 0o640],
    ['local/test-of-another/run.json', 0o644],
    ['elsewhere/theirs', 0o644],
  ] as const) {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, 'of a test');
    chmodSync(file, mode);
  }
  symlinkSync(join(home, 'elsewhere'), join(dir, 'a-folder'));
  symlinkSync(join(home, 'elsewhere/theirs'), join(dir, 'kafka/a-file'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(join(home, path)).mode & 0o777).toString(8);

test('what an earlier start left open is closed to everybody else; what its owner may do stays', () => {
  closeToOthers(dir);
  expect(
    [
      ...['local/kafka', 'local/kafka/people-0', 'local/kafka/people-0/00000.log'],
      ...['local/redis/appendonly.aof', 'local/maven/redis-server', 'local/ports.json'],
    ].map(modeOf),
  ).toEqual(['700', '700', '600', '600', '700', '600']);
});

test('no link is followed, and the folder of another stack stays as it is', () => {
  closeToOthers(dir);
  expect(
    [
      'elsewhere',
      'elsewhere/theirs',
      'local/test-of-another',
      'local/test-of-another/run.json',
    ].map(modeOf),
  ).toEqual(['755', '644', '755', '644']);
});

test('beyond the bound nothing is looked at, below folders that were closed first', () => {
  // What lies in `dir` itself: six, of which a link and another stack are left alone.
  closeToOthers(dir, 6);
  expect(['local/kafka', 'local/redis', 'local/maven', 'local/ports.json'].map(modeOf)).toEqual([
    ...['700', '700', '700', '600'],
  ]);
  expect(modeOf('local/kafka/people-0')).toBe('755');
});

test('what another user owns is left alone', () => {
  // Only root gives a folder away.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(join(dir, 'kafka'), 65_534, 65_534);
  closeToOthers(dir);
  expect(modeOf('local/kafka')).toBe(isRoot ? '755' : '700');
});
