import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entFaultCodes, entFaultSentences } from './ent-fault-sentences.js';

const sources = join(import.meta.dirname, '../../../apps/provisioning/src/ent');
/** Of schools' files and of letters, which leave no account with their code. */
const ofNobody = ['ENT_FILE_REFUSED', 'ENT_SCHOOL_NOT_FOR_FILES', 'ENT_RENEWAL_REFUSED'];

test('each code with which the connector refuses has its words, and what is to be done', () => {
  const text = readdirSync(sources)
    .filter((name) => name.endsWith('.ts') && !name.includes('spec'))
    .map((name) => readFileSync(join(sources, name), 'utf8'))
    .join('\n');
  const refused = [...text.matchAll(/EntRefused\('(ENT_[A-Z_]+)'\)|return '(ENT_[A-Z_]+)'/g)].map(
    ([, thrown, returned]) => thrown ?? returned ?? '',
  );
  expect(refused.length).toBeGreaterThan(10);
  const wordless = refused.filter((code) => ![...entFaultCodes, ...ofNobody].includes(code));
  expect(wordless).toEqual([]);
});

test('what was never answered is not called refused', () => {
  expect(entFaultSentences('ENT_TIMEOUT_PERSISTS').inWords).toMatch(/n’a pas répondu/);
  expect(entFaultSentences('ENT_SOMETHING_NEW').nextStep).not.toBe('');
});
