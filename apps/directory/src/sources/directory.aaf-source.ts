import { createHash } from 'node:crypto';
import type { LocalDate } from '#libs/time';
import { changeFrom, restate } from './aaf/aaf-changes.js';
import { entriesOf, headOf } from './aaf/aaf-entries.js';
import type { AafEntry } from './aaf/aaf-entry.js';
import { aafFilesOf, type AafFiles, dayOfNames, isAafFile } from './aaf/aaf-files.js';
import { type AafFileFacts, fromAaf } from './aaf/aaf-records.js';
import { UaisSeen } from './aaf/uais-seen.js';
import { openDelivery } from './delivery/open-delivery.js';
import {
  DeltaSource,
  type ReadOptions,
  type SourceAttributes,
  type SourceChange,
  type SourceInventory,
  type SourceModification,
  type SourceRecord,
  type SourceRemark,
} from './directory-source.js';
import { unreadable } from './source-problems.js';

/** AAF-1D exports, full and delta: XML files in a folder or an archive, read as streams. */
export class AafDirectorySource extends DeltaSource {
  async inventory(path: string): Promise<SourceInventory> {
    const { extent, files, close } = await openExport(path);
    try {
      const digest = createHash('sha256');
      const days: (LocalDate | '')[] = [];
      let academy: string | undefined;
      for (const file of files) {
        digest.update(`\0${file.name}\0`);
        for await (const chunk of await file.open()) digest.update(chunk as Buffer);
        const head = await headOf(file);
        days.push(head.datedOn);
        // Keys are numbers of an academy's own: of two, one pupil would be taken for the other's.
        if (academy && head.academy && head.academy !== academy)
          throw unreadable(file.name, 'TWO_ACADEMIES');
        academy ??= head.academy;
      }
      return {
        extent,
        states: ['structure', 'pupil', 'guardian', 'staff'],
        fingerprint: digest.digest('hex'),
        perimeter: academy ? `aaf1d-${academy}` : 'aaf1d',
        // After deltas of several days the source has said what the last one says.
        datedOn: (extent === 'DELTA' ? days.toSorted().at(-1) : days[0]) ?? '',
        namedOn: dayOfNames(files),
      };
    } finally {
      await close();
    }
  }

  async *read(
    path: string,
    { withAttributes = false, datedOn }: ReadOptions = {},
  ): AsyncGenerator<readonly SourceRecord[]> {
    const { extent, files, close } = await openExport(path);
    try {
      if (extent === 'DELTA') throw unreadable(files[0]!.name, 'NOT_A_FULL_EXPORT');
      const uais = new UaisSeen();
      for (const file of files) {
        let isEmpty = true;
        for await (const { facts, entries } of entriesOf(file, datedOn ?? '')) {
          isEmpty = false;
          const records = entries.flatMap((entry) => stated(facts, entry, withAttributes));
          yield [...records, ...uais.twice(records)];
        }
        if (isEmpty) throw unreadable(file.name, 'EMPTY');
      }
    } finally {
      await close();
    }
  }

  async *readDelta(path: string): AsyncGenerator<readonly (SourceChange | SourceRemark)[]> {
    const { extent, files, close } = await openExport(path);
    try {
      if (extent === 'FULL') throw unreadable(files[0]!.name, 'NOT_A_DELTA');
      for (const file of files) {
        for await (const { facts, entries } of entriesOf(file, ''))
          yield entries.flatMap((entry) => changeFrom(facts, entry));
      }
    } finally {
      await close();
    }
  }

  restate(change: SourceModification, held: SourceAttributes): readonly SourceRecord[] {
    return restate(change, held);
  }
}

async function openExport(path: string): Promise<AafFiles & { close(): Promise<void> }> {
  const delivery = await openDelivery(path, isAafFile);
  const close = () => delivery.close();
  try {
    return { ...aafFilesOf(path, delivery.files), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function stated(facts: AafFileFacts, entry: AafEntry, withAttributes: boolean): SourceRecord[] {
  if (entry.request === 'ADD') return fromAaf(facts, entry, withAttributes);
  const { file } = facts;
  return [{ kind: 'remark', code: 'REQUEST_IGNORED', subject: entry.id, file, line: entry.line }];
}
