import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { SourceUnreadable, unreadable } from '../source-problems.js';
import type { Delivery } from './delivery.js';
import { isDiskFault } from './disk-fault.js';
import { UnpackBudget } from './unpack-budget.js';

const typeBits = 0o170000;
const regular = 0o100000;
const directory = 0o040000;

/** The wanted files of a ZIP archive, unpacked as they are read. */
export async function zipDelivery(
  path: string,
  isWanted: (name: string) => boolean,
  counts?: (folder: string) => boolean,
): Promise<Delivery> {
  const archive = basename(path);
  const { size } = await stat(path);
  const zip = await openPromise(path, {
    strictFileNames: true,
    validateEntrySizes: true,
    autoClose: false,
  }).catch((error: unknown) => {
    throw asRefusal(archive, error);
  });
  try {
    const budget = new UnpackBudget(archive, size, counts);
    const files = [];
    for await (const entry of zip.eachEntry()) {
      const named = budget.entry(entry.fileName);
      const { name } = named;
      const type = (entry.externalFileAttributes >>> 16) & typeBits;
      if (type === directory || entry.fileName.endsWith('/')) continue;
      // Written where files have no type, it is zero.
      if (type !== regular && type !== 0) throw unreadable(name, 'NOT_A_FILE');
      if (!isWanted(name)) continue;
      if (entry.isEncrypted()) throw unreadable(name, 'ENCRYPTED');
      budget.file(named);
      // Announced; the library refuses an entry that unpacks to anything else.
      budget.unpacked(entry.uncompressedSize);
      files.push({ ...named, open: () => Promise.resolve(Readable.from(bytesOf(zip, entry))) });
    }
    return { files, close: () => Promise.resolve(zip.close()) };
  } catch (error) {
    zip.close();
    throw asRefusal(archive, error);
  }
}

async function* bytesOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let checksum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const piece of stream as AsyncIterable<Buffer>) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
  } catch (error) {
    throw asRefusal(entry.fileName, error);
  }
  if (checksum !== entry.crc32) throw unreadable(entry.fileName, 'ARCHIVE_DAMAGED');
}

/** The archive library and zlib throw errors of every sort for what they cannot read. */
function asRefusal(file: string, error: unknown): unknown {
  if (error instanceof SourceUnreadable || isDiskFault(error)) return error;
  const text = String(error);
  if (/strong encryption/.test(text)) return unreadable(file, 'ENCRYPTED');
  const badName = /invalid characters in fileName|absolute path|invalid relative path/;
  return unreadable(file, badName.test(text) ? 'PATH_REFUSED' : 'ARCHIVE_DAMAGED');
}
