import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AafDirectorySource } from '../directory.aaf-source.js';
import type { SourceRecord } from '../directory-source.js';

const goldens = join(import.meta.dirname, '../../../test/goldens');

const expectedOf = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, 'records.json'), 'utf8'));

// Written by hand from what is known of the formats, never by the generator that other tests use.
describe('DIR-1: exports written by hand', () => {
  test.each(['aaf-1d-full', 'aaf-1d-inspection', 'aaf-2d-shapes'])(
    '%s states exactly these records',
    async (name) => {
      const folder = join(goldens, name);
      const records: SourceRecord[] = [];
      for await (const batch of new AafDirectorySource().read(folder)) records.push(...batch);
      expect(records).toEqual(expectedOf(folder));
    },
  );

  test('aaf-1d-delta states exactly these changes', async () => {
    const folder = join(goldens, 'aaf-1d-delta');
    const changes: unknown[] = [];
    for await (const batch of new AafDirectorySource().readDelta(folder)) changes.push(...batch);
    expect(changes).toEqual(expectedOf(folder));
  });
});
