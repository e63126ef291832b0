import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { bounded } from './bounded-words.js';
import type { DeliveredFile } from './delivery/delivery.js';
import { openDelivery } from './delivery/open-delivery.js';
import {
  DirectorySource,
  type ReadOptions,
  type SourceInventory,
  type SourceRecord,
  type SourceStaff,
} from './directory-source.js';
import { addAdults } from './ent-csv/ent-csv-adults.js';
import { guardiansFrom } from './ent-csv/ent-csv-guardians.js';
import { type AdultProfile, type EntCsvProfile, profileOf } from './ent-csv/ent-csv-profiles.js';
import { pupilsFrom } from './ent-csv/ent-csv-pupils.js';
import { entCsvLimits, type EntCsvTable, readEntCsvTable } from './ent-csv/ent-csv-table.js';
import { isSchoolFolder, ofSchoolFolder, type OfSchool } from './ent-csv/school-folder.js';
import { unreadable } from './source-problems.js';
import { RowRemarks } from './tables/row-remarks.js';

const batch = 500;

/** Tables that people make, one file for each kind of people: the ENT's own five, and those of who has no other source. */
export class CsvDirectorySource extends DirectorySource {
  async inventory(path: string): Promise<SourceInventory> {
    const digest = createHash('sha256');
    const parts = await this.parts(path, (bytes) => digest.update(bytes));
    const has = (profile: EntCsvProfile) => parts.some(({ tables }) => tables.has(profile));
    return {
      extent: 'FULL',
      // A file of some adults does not speak of the others: none of them leaves by absence.
      states: [
        ...(has('STUDENT') ? (['pupil'] as const) : []),
        ...(has('RELATIVE') ? (['guardian'] as const) : []),
      ],
      fingerprint: digest.digest('hex'),
      perimeter: 'ent-csv',
      datedOn: '',
    };
  }

  async *read(path: string, options: ReadOptions = {}): AsyncGenerator<readonly SourceRecord[]> {
    for (const records of recordsOf(await this.parts(path), options))
      for (let at = 0; at < records.length; at += batch)
        yield records.slice(at, at + batch).flatMap(bounded);
  }

  /**
   * Folder of a school by folder, the tables by whom they speak of. Throws SourceUnreadable for two of a kind, none,
   * guardians without the pupils, and guardians of some schools only: those of the others would seem to have left.
   */
  private async parts(
    path: string,
    digest: (bytes: string | Buffer) => void = () => undefined,
  ): Promise<readonly Part[]> {
    const delivery = await openDelivery(path, (name) => /\.csv$/i.test(name), isSchoolFolder);
    try {
      const byFolder = new Map<string, Map<EntCsvProfile, EntCsvTable>>();
      const sizes = new Map<EntCsvProfile, { bytes: number; rows: number }>();
      for (const file of delivery.files.map(inItsFolder).toSorted(byName)) {
        const table = await readEntCsvTable(file);
        const profile = profileOf(table);
        const tables = byFolder.get(file.folder) ?? new Map<EntCsvProfile, EntCsvTable>();
        if (tables.has(profile)) throw unreadable(file.name, 'FILE_TWICE');
        byFolder.set(file.folder, tables.set(profile, table));
        digest(`\0${file.name}\0`);
        const size = sizes.get(profile) ?? { bytes: 0, rows: 0 };
        sizes.set(profile, size);
        size.rows += table.rows.length;
        for await (const bytes of await file.open()) {
          digest(bytes as Buffer);
          size.bytes += (bytes as Buffer).length;
        }
        // However many folders they are parted into.
        if (size.rows > entCsvLimits.rows || size.bytes > entCsvLimits.bytes)
          throw unreadable(file.name, 'TOO_LARGE');
      }
      if (byFolder.size === 0) throw unreadable('CSV', 'FILE_MISSING');
      const parts = [...byFolder].map(([folder, tables]) => ({ folder, tables }));
      const areGuardiansSaid = parts.some(({ tables }) => tables.has('RELATIVE'));
      for (const { folder, tables } of parts) {
        if (tables.has('RELATIVE') && !tables.has('STUDENT'))
          throw unreadable(join(folder, 'Élèves'), 'FILE_MISSING');
        if (areGuardiansSaid && tables.has('STUDENT') && !tables.has('RELATIVE'))
          throw unreadable(join(folder, 'Responsables'), 'FILE_MISSING');
      }
      return parts;
    } finally {
      await delivery.close();
    }
  }
}

/** The tables of one school's folder, or, without such folders, of the whole delivery. */
type Part = { readonly folder: string; readonly tables: ReadonlyMap<EntCsvProfile, EntCsvTable> };

const inItsFolder = (file: DeliveredFile): DeliveredFile => ({
  ...file,
  name: join(file.folder, file.name),
});
const byName = (a: DeliveredFile, b: DeliveredFile) => (a.name < b.name ? -1 : 1);

/** One list for each file. All files are read before the first is given, so nothing of a delivery that is refused goes out. */
function recordsOf(
  parts: readonly Part[],
  options: ReadOptions,
): readonly (readonly SourceRecord[])[] {
  const given: (readonly SourceRecord[])[] = [];
  // An adult in the folders of two schools is one person with both places.
  const adults = new Map<AdultProfile, { said: Map<string, SourceStaff>; about: SourceRecord[] }>();
  for (const { folder, tables } of parts) {
    const ofSchool = ofSchoolFolder(folder, options);
    given.push(...familiesOf(tables, ofSchool));
    for (const [profile, table] of tables) {
      if (profile === 'STUDENT' || profile === 'RELATIVE') continue;
      const remarks = new RowRemarks(table.file);
      const known = adults.get(profile) ?? { said: new Map<string, SourceStaff>(), about: [] };
      adults.set(profile, known);
      if (addAdults(known.said, table, profile, remarks, ofSchool) === 0)
        throw unreadable(table.file, 'EMPTY');
      known.about.push(...remarks.records);
    }
  }
  return [...given, ...[...adults.values()].map(({ said, about }) => [...said.values(), ...about])];
}

function familiesOf(
  tables: Part['tables'],
  options: OfSchool,
): readonly (readonly SourceRecord[])[] {
  const students = tables.get('STUDENT');
  const relatives = tables.get('RELATIVE');
  if (!students) return [];
  const remarks = new RowRemarks(students.file);
  const pupils = pupilsFrom(students, remarks, options);
  if (pupils.length === 0) throw unreadable(students.file, 'EMPTY');
  if (!relatives) return [[...pupils.map(({ pupil }) => pupil), ...remarks.records]];
  const aboutGuardians = new RowRemarks(relatives.file);
  const linked = guardiansFrom(relatives, aboutGuardians, pupils, options);
  if (linked.guardians.length === 0) throw unreadable(relatives.file, 'EMPTY');
  return [
    [...linked.pupils, ...remarks.records],
    [...linked.guardians, ...aboutGuardians.records],
  ];
}
