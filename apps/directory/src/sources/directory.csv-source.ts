import { createHash } from 'node:crypto';
import { openDelivery } from './delivery/open-delivery.js';
import {
  DirectorySource,
  type ReadOptions,
  type SourceInventory,
  type SourceRecord,
} from './directory-source.js';
import { adultsFrom } from './ent-csv/ent-csv-adults.js';
import { guardiansFrom } from './ent-csv/ent-csv-guardians.js';
import { type EntCsvProfile, profileOf } from './ent-csv/ent-csv-profiles.js';
import { pupilsFrom } from './ent-csv/ent-csv-pupils.js';
import { type EntCsvTable, readEntCsvTable } from './ent-csv/ent-csv-table.js';
import { unreadable } from './source-problems.js';
import { RowRemarks } from './tables/row-remarks.js';

const BATCH = 500;

/** Tables that people make, one file for each kind of people: the ENT's own five, and those of who has no other source. */
export class CsvDirectorySource extends DirectorySource {
  async inventory(path: string): Promise<SourceInventory> {
    const digest = createHash('sha256');
    const tables = await this.tables(path, (bytes) => digest.update(bytes));
    return {
      extent: 'FULL',
      // A file of some adults does not speak of the others: none of them leaves by absence.
      states: [
        ...(tables.has('STUDENT') ? (['pupil'] as const) : []),
        ...(tables.has('RELATIVE') ? (['guardian'] as const) : []),
      ],
      fingerprint: digest.digest('hex'),
      perimeter: 'ent-csv',
      datedOn: '',
    };
  }

  async *read(path: string, options: ReadOptions = {}): AsyncGenerator<readonly SourceRecord[]> {
    for (const records of recordsOf(await this.tables(path), options))
      for (let at = 0; at < records.length; at += BATCH) yield records.slice(at, at + BATCH);
  }

  /** By whom they speak of. Throws SourceUnreadable for two of a kind, none, and guardians without the pupils. */
  private async tables(
    path: string,
    digest: (bytes: string | Buffer) => void = () => undefined,
  ): Promise<ReadonlyMap<EntCsvProfile, EntCsvTable>> {
    const delivery = await openDelivery(path, (name) => /\.csv$/i.test(name));
    try {
      const tables = new Map<EntCsvProfile, EntCsvTable>();
      for (const file of delivery.files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        const table = await readEntCsvTable(file);
        const profile = profileOf(table);
        if (tables.has(profile)) throw unreadable(file.name, 'FILE_TWICE');
        tables.set(profile, table);
        digest(`\0${file.name}\0`);
        for await (const bytes of await file.open()) digest(bytes as Buffer);
      }
      if (tables.size === 0) throw unreadable('CSV', 'FILE_MISSING');
      if (tables.has('RELATIVE') && !tables.has('STUDENT'))
        throw unreadable('Élèves', 'FILE_MISSING');
      return tables;
    } finally {
      await delivery.close();
    }
  }
}

/** One list for each file. All files are read before the first is given, so nothing of a delivery that is refused goes out. */
function recordsOf(
  tables: ReadonlyMap<EntCsvProfile, EntCsvTable>,
  options: ReadOptions,
): readonly (readonly SourceRecord[])[] {
  const given: (readonly SourceRecord[])[] = [];
  const students = tables.get('STUDENT');
  const relatives = tables.get('RELATIVE');
  if (students) {
    const remarks = new RowRemarks(students.file);
    const pupils = pupilsFrom(students, remarks, options);
    if (pupils.length === 0) throw unreadable(students.file, 'EMPTY');
    if (relatives) {
      const aboutGuardians = new RowRemarks(relatives.file);
      const linked = guardiansFrom(relatives, aboutGuardians, pupils, options);
      if (linked.guardians.length === 0) throw unreadable(relatives.file, 'EMPTY');
      given.push([...linked.pupils, ...remarks.records]);
      given.push([...linked.guardians, ...aboutGuardians.records]);
    } else given.push([...pupils.map(({ pupil }) => pupil), ...remarks.records]);
  }
  for (const [profile, table] of tables) {
    if (profile === 'STUDENT' || profile === 'RELATIVE') continue;
    const remarks = new RowRemarks(table.file);
    const adults = adultsFrom(table, profile, remarks, options);
    if (adults.length === 0) throw unreadable(table.file, 'EMPTY');
    given.push([...adults, ...remarks.records]);
  }
  return given;
}
