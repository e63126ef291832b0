import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remarks, todoOfHead } from '../src/synchronisation/domain/remarks.js';

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

test('every remark of a source has its sentence in French', () => {
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter((code) => remarks[code] === undefined)).toEqual([]);
});

test('DIR-5: no remark tells a head to do what level 2 or the academy does', () => {
  // What a head has is ONDE and tables; exports, sources, perimeters and approvals beyond a threshold are others'.
  const others = /export|à la source|périmètre|puis approuvez|auprès de l’école/i;
  const read = Object.keys(remarks).map(todoOfHead);
  expect(read.filter((todo) => todo === '')).toEqual([]);
  const wrong = Object.keys(remarks).filter((code) => others.test(todoOfHead(code)));
  // Of deltas, which no head delivers.
  expect(wrong).toEqual(['MODIFICATION_WITHOUT_BASE']);
});
