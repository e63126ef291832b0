import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isLocalDate } from '#libs/time';
import { AAF_ENTITIES, type AafEntity } from './aaf-attributes.js';
import { AafParser } from './aaf-parser.js';
import { fromAaf } from './aaf-records.js';
import { DirectorySource, type SourceInventory, type SourceRecord } from './directory-source.js';
import { FolderUnknown, SourceUnreadable } from './source-problems.js';

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
    const head = await headOf(join(folder, files[0]!.name));
    const academy = /codeAcademieExport="(\w{1,4})"/.exec(head)?.[1];
    const generated = /dateGenerationExport="(\d\d)\/(\d\d)\/(\d{4})"/.exec(head);
    const datedOn = generated ? `${generated[3]}-${generated[2]}-${generated[1]}` : '';
    return {
      fingerprint: digest.digest('hex'),
      perimeter: academy ? `aaf1d-${academy}` : 'aaf1d',
      datedOn: isLocalDate(datedOn) ? datedOn : '',
    };
  }

  async *read(folder: string): AsyncGenerator<readonly SourceRecord[]> {
    for (const file of await filesOf(folder)) {
      const parser = new AafParser();
      try {
        for await (const text of textOf(join(folder, file.name))) {
          const entries = parser.write(text);
          if (entries.length > 0) yield entries.flatMap((entry) => fromAaf(file.entity, entry));
        }
        parser.end();
      } catch (error) {
        // A disk that fails is no fault of the export.
        if (isDiskFault(error)) throw error;
        throw unreadable(file.name, 'NOT_WELL_FORMED');
      }
      if (parser.entriesRead === 0) throw unreadable(file.name, 'EMPTY');
      if (parser.requestsIgnored > 0) {
        yield Array.from({ length: parser.requestsIgnored }, () => ({
          kind: 'remark' as const,
          code: 'REQUEST_IGNORED',
          subject: file.name,
        }));
      }
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
async function* textOf(path: string): AsyncGenerator<string> {
  const declared = /^[^>]*encoding=["']([\w-]+)["']/.exec(await headOf(path))?.[1]?.toLowerCase();
  const charset = declared ?? ((await isUtf8(path)) ? 'utf-8' : 'iso-8859-15');
  const decoder = new TextDecoder(charset, { fatal: true });
  for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 })) {
    yield decoder.decode(chunk as Buffer, { stream: true });
  }
  yield decoder.decode();
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path))
      decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (isDiskFault(error)) throw error;
    return false;
  }
}

const isDiskFault = (error: unknown): boolean =>
  (error as { syscall?: unknown }).syscall !== undefined;

async function headOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}

function unreadable(file: string, cause: string): SourceUnreadable {
  return new SourceUnreadable(
    `L’export est inutilisable (${cause}, ${file}) : rien n’a été importé, redéposez un export complet.`,
    { file, cause },
  );
}
