import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The lines of a committed file. With GOLDENS=write in the environment they are written from what is
 * true today instead, which a person does on purpose and reads in the diff; nothing else writes them.
 */
export function goldenLines(file: string, today: () => readonly string[]): string[] {
  const path = new URL(file, import.meta.url);
  if (process.env['GOLDENS'] === 'write') writeFileSync(path, `${today().join('\n')}\n`);
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}
