import { createHash } from 'node:crypto';
import { AAF_ENTITIES, type AafEntity } from './aaf/aaf-attributes.js';
import { AafParser } from './aaf/aaf-parser.js';
import { fromAaf } from './aaf/aaf-records.js';
import { type AafHead, CharsetWrong, headFrom, isUtf8, textOf } from './aaf/aaf-text.js';
import { UaisSeen } from './aaf/uais-seen.js';
import type { DeliveredFile, Delivery } from './delivery/delivery.js';
import { isDiskFault } from './delivery/disk-fault.js';
import { openDelivery } from './delivery/open-delivery.js';
import {
  DirectorySource,
  type ReadOptions,
  type SourceInventory,
  type SourceRecord,
} from './directory-source.js';
import { SourceUnreadable, unreadable } from './source-problems.js';

type AafFile = DeliveredFile & { readonly entity: AafEntity; readonly part: number };

/** Only the tail of a name is dependable; the underscore keeps PersRelEleve from ending in Eleve. */
const TAIL = /(?:^|_)(EtabEducNat|Eleve|PersRelEleve|PersEducNat)_(\d{4})\.xml$/;

/** A full AAF-1D export: XML files in a folder or an archive, read as streams. */
export class AafDirectorySource extends DirectorySource {
  async inventory(path: string): Promise<SourceInventory> {
    const delivery = await openDelivery(path, (name) => TAIL.test(name));
    try {
      const files = filesOf(delivery);
      const digest = createHash('sha256');
      for (const file of files) {
        digest.update(`\0${file.name}\0`);
        for await (const chunk of await file.open()) digest.update(chunk as Buffer);
      }
      const { academy, datedOn } = await headOf(files[0]!);
      return {
        fingerprint: digest.digest('hex'),
        perimeter: academy ? `aaf1d-${academy}` : 'aaf1d',
        datedOn,
      };
    } finally {
      await delivery.close();
    }
  }

  async *read(
    path: string,
    { withAttributes = false }: ReadOptions = {},
  ): AsyncGenerator<readonly SourceRecord[]> {
    const delivery = await openDelivery(path, (name) => TAIL.test(name));
    try {
      const uais = new UaisSeen();
      for (const file of filesOf(delivery)) {
        for await (const records of recordsOf(file, withAttributes))
          yield [...records, ...uais.twice(records)];
      }
    } finally {
      await delivery.close();
    }
  }
}

/** What one file states, in batches. Throws SourceUnreadable with the line where reading stopped. */
async function* recordsOf(
  file: AafFile,
  withAttributes: boolean,
): AsyncGenerator<readonly SourceRecord[]> {
  const parser = new AafParser(file.entity);
  const head = await headOf(file);
  const facts = { file: file.name, entity: file.entity, datedOn: head.datedOn };
  try {
    for await (const text of textIn(file, head)) {
      const entries = parser.write(text);
      if (entries.length === 0) continue;
      yield entries.flatMap((entry) =>
        entry.request === 'ADD'
          ? fromAaf(facts, entry, withAttributes)
          : [
              {
                kind: 'remark' as const,
                code: 'REQUEST_IGNORED',
                subject: entry.id,
                file: file.name,
                line: entry.line,
              },
            ],
      );
    }
    parser.end();
  } catch (error) {
    if (isDiskFault(error) || error instanceof SourceUnreadable) throw error;
    const cause = error instanceof CharsetWrong ? 'CHARSET' : 'NOT_WELL_FORMED';
    throw unreadable(file.name, cause, parser.lineRead);
  }
  if (parser.entriesRead === 0) throw unreadable(file.name, 'EMPTY');
}

/** The export's files in order; refuses a missing entity, a hole in the numbers, a delta. */
function filesOf({ files: delivered }: Delivery): AafFile[] {
  if (delivered.some(({ name }) => /delta/i.test(name))) {
    throw unreadable('Delta', 'NOT_A_FULL_EXPORT');
  }
  const files = delivered.map(({ name, open }) => {
    const [, entity, part] = TAIL.exec(name)!;
    return { name, open, entity: entity as AafEntity, part: Number(part) };
  });
  return AAF_ENTITIES.flatMap((entity) => {
    const parts = files
      .filter((file) => file.entity === entity)
      .sort((a, b) => a.part - b.part || (a.name < b.name ? -1 : 1));
    if (parts.length === 0) throw unreadable(entity, 'FILE_MISSING');
    const numbers = [...new Set(parts.map((file) => file.part))];
    if (numbers.some((part, index) => part !== index)) throw unreadable(entity, 'PART_MISSING');
    return parts;
  });
}

/** In its declared charset; without declaration UTF-8, or ISO-8859-15 where it is not. */
async function* textIn({ open }: AafFile, head: AafHead): AsyncGenerator<string> {
  yield* textOf(open, head.charset ?? ((await isUtf8(open)) ? 'utf-8' : 'iso-8859-15'));
}

async function headOf(file: AafFile): Promise<AafHead> {
  for await (const chunk of await file.open()) return headFrom(chunk as Buffer, file.name);
  return headFrom(Buffer.alloc(0), file.name);
}
