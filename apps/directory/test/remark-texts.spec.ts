import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REMARKS } from '../src/synchronisation/domain/remarks.js';

/**
 * Goal: whoever reads a report finds a sentence, and no bare code. Method: the codes of all remarks, as they stand in
 * the text of the sources: in a call, as a `code`, as damage of an entry.
 */
const sources = join(import.meta.dirname, '../src/sources');
const texts = globSync('**/*.ts', { cwd: sources })
  .filter((file) => !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(join(sources, file), 'utf8'));
const written = /(?:\b(?:remark|refuse|remarks\.add|damage\.add)\(\s*|code: )'([A-Z_]+)'/g;
const codes = new Set(
  texts.flatMap((text) => [...text.matchAll(written)].map(([, code]) => code!)),
);

it('every remark of a source has its sentence in French', () => {
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter((code) => REMARKS[code] === undefined)).toEqual([]);
});
