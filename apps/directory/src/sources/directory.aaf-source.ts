import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AAF_ENTITIES, type AafEntity } from './aaf/aaf-attributes.js';
import { AafParser } from './aaf/aaf-parser.js';
import { fromAaf } from './aaf/aaf-records.js';
import {
  type AafHead,
  CharsetWrong,
  HEAD_BYTES,
  headFrom,
  isUtf8,
  textOf,
} from './aaf/aaf-text.js';
import { UaisSeen } from './aaf/uais-seen.js';
import {
  DirectorySource,
  type ReadOptions,
  type SourceInventory,
  type SourceRecord,
} from './directory-source.js';
import { FolderUnknown, unreadable } from './source-problems.js';

type AafFile = { readonly name: string; readonly entity: AafEntity; readonly part: number };

/** Only the tail of a name is dependable; the underscore keeps PersRelEleve from ending in Eleve. */
const TAIL = /(?:^|_)(EtabEducNat|Eleve|PersRelEleve|PersEducNat)_(\d{4})\.xml$/;

/** A full AAF-1D export: a folder of XML files, read as streams. */
export class AafDirectorySource extends DirectorySource {
  async inventory(folder: string): Promise<SourceInventory> {
    const files = await filesOf(folder);
    const digest = createHash('sha256');
    for (const file of files) {
      digest.update(`\0${file.name}\0`);
      for await (const chunk of createReadStream(join(folder, file.name)))
        digest.update(chunk as Buffer);
    }
    const { academy, datedOn } = await headOf(folder, files[0]!);
    return {
      fingerprint: digest.digest('hex'),
      perimeter: academy ? `aaf1d-${academy}` : 'aaf1d',
      datedOn,
    };
  }

  async *read(
    folder: string,
    { withAttributes = false }: ReadOptions = {},
  ): AsyncGenerator<readonly SourceRecord[]> {
    const uais = new UaisSeen();
    for (const file of await filesOf(folder)) {
      const parser = new AafParser(file.entity);
      const head = await headOf(folder, file);
      const facts = { file: file.name, entity: file.entity, datedOn: head.datedOn };
      try {
        for await (const text of await readable(join(folder, file.name), head)) {
          const records = parser.write(text).flatMap((entry) =>
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
          if (records.length > 0) yield [...records, ...uais.twice(records)];
        }
        parser.end();
      } catch (error) {
        // A disk that fails is no fault of the export.
        if (isDiskFault(error)) throw error;
        const cause = error instanceof CharsetWrong ? 'CHARSET' : 'NOT_WELL_FORMED';
        throw unreadable(file.name, cause, parser.lineRead);
      }
      if (parser.entriesRead === 0) throw unreadable(file.name, 'EMPTY');
    }
  }
}

/** The export's files in order; refuses a missing entity, a hole in the numbers, a delta. */
async function filesOf(folder: string): Promise<AafFile[]> {
  const names = await readdir(folder).catch(() => {
    throw new FolderUnknown();
  });
  if (names.some((name) => TAIL.test(name) && /delta/i.test(name))) {
    throw unreadable('Delta', 'NOT_A_FULL_EXPORT');
  }
  const files = names
    .map((name) => ({ name, match: TAIL.exec(name) }))
    .filter((file) => file.match !== null)
    .map(({ name, match }) => ({ name, entity: match![1] as AafEntity, part: Number(match![2]) }));
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

/** The text of a file in its declared charset; without declaration UTF-8, or ISO-8859-15 where it is not. */
async function readable(path: string, head: AafHead): Promise<AsyncGenerator<string>> {
  const bytes = () => createReadStream(path, { highWaterMark: 64 * 1024 });
  return textOf(bytes(), head.charset ?? ((await isUtf8(bytes())) ? 'utf-8' : 'iso-8859-15'));
}

const isDiskFault = (error: unknown): boolean =>
  (error as { syscall?: unknown }).syscall !== undefined;

async function headOf(folder: string, { name }: AafFile): Promise<AafHead> {
  const file = await open(join(folder, name));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return headFrom(buffer.subarray(0, bytesRead), name);
  } finally {
    await file.close();
  }
}
