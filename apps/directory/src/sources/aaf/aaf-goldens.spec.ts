import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AafDirectorySource } from '../directory.aaf-source.js';
import type { SourceRecord } from '../directory-source.js';

const goldens = join(import.meta.dirname, '../../../test/goldens');

// Written by hand from what is known of the formats, never by the generator that other tests use.
describe('exports written by hand', () => {
  it.each(['aaf-1d-full', 'aaf-2d-shapes'])('%s states exactly these records', async (name) => {
    const folder = join(goldens, name);
    const records: SourceRecord[] = [];
    for await (const batch of new AafDirectorySource().read(folder)) records.push(...batch);
    const expected: unknown = JSON.parse(readFileSync(join(folder, 'records.json'), 'utf8'));
    expect(records).toEqual(expected);
  });
});
