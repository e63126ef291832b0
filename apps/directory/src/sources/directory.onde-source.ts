import { createHash } from 'node:crypto';
import { bounded } from './bounded-words.js';
import { openDelivery } from './delivery/open-delivery.js';
import {
  DirectorySource,
  type ReadOptions,
  type SourceInventory,
  type SourceRecord,
} from './directory-source.js';
import { guardiansFrom, isGuardiansTable } from './onde/onde-guardians.js';
import { isPupilsTable, pupilsFrom } from './onde/onde-pupils.js';
import { type OndeTable, readOndeTable } from './onde/onde-table.js';
import { unreadable } from './source-problems.js';
import { RowRemarks } from './tables/row-remarks.js';

type Extractions = { readonly pupils: OndeTable; readonly guardians: OndeTable | undefined };

/** What a head extracts from ONDE: the pupils of one school, with or without their guardians. Told by their headers, since both files have the same name. */
export class OndeDirectorySource extends DirectorySource {
  async inventory(path: string): Promise<SourceInventory> {
    const digest = createHash('sha256');
    const { guardians } = await this.extractions(path, (bytes) => digest.update(bytes));
    return {
      extent: 'FULL',
      states: guardians ? ['pupil', 'guardian'] : ['pupil'],
      fingerprint: digest.digest('hex'),
      perimeter: 'onde',
      datedOn: '',
    };
  }

  async *read(path: string, options: ReadOptions = {}): AsyncGenerator<readonly SourceRecord[]> {
    const { pupils: table, guardians: others } = await this.extractions(path);
    const remarks = new RowRemarks(table.file);
    const pupils = pupilsFrom(table, remarks, options);
    if (pupils.length === 0) throw unreadable(table.file, 'EMPTY');
    if (!others) {
      yield [...pupils.map(({ pupil }) => pupil), ...remarks.records].flatMap(bounded);
      return;
    }
    const aboutGuardians = new RowRemarks(others.file);
    const linked = guardiansFrom(others, aboutGuardians, pupils);
    yield [...linked.pupils.map(({ pupil }) => pupil), ...remarks.records].flatMap(bounded);
    yield [...linked.guardians, ...aboutGuardians.records].flatMap(bounded);
  }

  /** The pupils' extraction and the guardians'. Throws SourceUnreadable for any other table, for two of a kind, and without pupils. */
  private async extractions(
    path: string,
    digest: (bytes: string | Buffer) => void = () => undefined,
  ): Promise<Extractions> {
    const delivery = await openDelivery(path, (name) => /\.csv$/i.test(name));
    try {
      let pupils: OndeTable | undefined;
      let guardians: OndeTable | undefined;
      const files = delivery.files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      for (const file of files) {
        digest(`\0${file.name}\0`);
        for await (const bytes of await file.open()) digest(bytes as Buffer);
        const table = await readOndeTable(file);
        if (isPupilsTable(table)) {
          if (pupils) throw unreadable(file.name, 'FILE_TWICE');
          pupils = table;
        } else if (isGuardiansTable(table)) {
          if (guardians) throw unreadable(file.name, 'FILE_TWICE');
          guardians = table;
        } else throw unreadable(file.name, 'FORMAT_UNKNOWN', 1);
      }
      if (!pupils) throw unreadable('Élèves', 'FILE_MISSING');
      return { pupils, guardians };
    } finally {
      await delivery.close();
    }
  }
}
