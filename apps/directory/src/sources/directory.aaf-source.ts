import { createHash } from 'node:crypto';
import type { LocalDate } from '#libs/time';
import { changeFrom, restate } from './aaf/aaf-changes.js';
import type { AafEntry } from './aaf/aaf-entry.js';
import { type AafFile, aafFilesOf, type AafFiles, isAafFile } from './aaf/aaf-files.js';
import { AafParser } from './aaf/aaf-parser.js';
import { type AafFileFacts, fromAaf } from './aaf/aaf-records.js';
import { type AafHead, CharsetWrong, dayInName, headFrom, isUtf8, textOf } from './aaf/aaf-text.js';
import { UaisSeen } from './aaf/uais-seen.js';
import { isDiskFault } from './delivery/disk-fault.js';
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
import { SourceUnreadable, unreadable } from './source-problems.js';

/** AAF-1D exports, full and delta: XML files in a folder or an archive, read as streams. */
export class AafDirectorySource extends DeltaSource {
  async inventory(path: string): Promise<SourceInventory> {
    const { extent, files, close } = await openExport(path);
    try {
      const digest = createHash('sha256');
      for (const file of files) {
        digest.update(`\0${file.name}\0`);
        for await (const chunk of await file.open()) digest.update(chunk as Buffer);
      }
      const { academy, datedOn } = await headOf(files[0]!);
      return {
        extent,
        states: ['structure', 'pupil', 'guardian', 'staff'],
        fingerprint: digest.digest('hex'),
        perimeter: academy ? `aaf1d-${academy}` : 'aaf1d',
        datedOn,
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

/** What one file holds, in batches that are not empty. Throws SourceUnreadable with the line where reading stopped. */
async function* entriesOf(file: AafFile, declaredOn: LocalDate | '') {
  const parser = new AafParser(file.entity);
  try {
    const head = await headOf(file);
    const datedOn = head.datedOn || declaredOn || dayInName(file.name);
    const facts: AafFileFacts = { file: file.name, entity: file.entity, datedOn };
    for await (const text of textIn(file, head)) {
      const entries = parser.write(text);
      if (entries.length > 0) yield { facts, entries };
    }
    parser.end();
  } catch (error) {
    if (isDiskFault(error) || error instanceof SourceUnreadable) throw error;
    const cause = error instanceof CharsetWrong ? 'CHARSET' : 'NOT_WELL_FORMED';
    throw unreadable(file.name, cause, parser.lineRead);
  }
}

/** In its declared charset; without declaration UTF-8, or ISO-8859-15 where it is not. */
async function* textIn({ open }: AafFile, head: AafHead): AsyncGenerator<string> {
  yield* textOf(open, head.charset ?? ((await isUtf8(open)) ? 'utf-8' : 'iso-8859-15'));
}

async function headOf(file: AafFile): Promise<AafHead> {
  for await (const chunk of await file.open()) return headFrom(chunk as Buffer);
  return headFrom(Buffer.alloc(0));
}
