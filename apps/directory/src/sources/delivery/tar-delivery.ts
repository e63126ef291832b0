import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { SourceUnreadable, unreadable } from '../source-problems.js';
import type { DeliveredFile, Delivery } from './delivery.js';
import { isDiskFault } from './disk-fault.js';
import { UnpackBudget } from './unpack-budget.js';

/** Before a file's header, of names and attributes: tar-stream holds them whole. */
const headersBytesMax = 1024 * 1024;
const pieceBytes = 64 * 1024;

/**
 * The wanted files of a gzipped TAR archive. It can be read only from its beginning and holds its
 * files in any order, so they go into one file that has no name any more: a process that dies leaves
 * nothing of people behind.
 */
export async function tarDelivery(
  path: string,
  isWanted: (name: string) => boolean,
  counts?: (folder: string) => boolean,
): Promise<Delivery> {
  const archive = basename(path);
  const { size } = await stat(path);
  const spool = await namelessFile(dirname(path));
  try {
    const files = await unpack(path, new UnpackBudget(archive, size, counts), isWanted, spool);
    return { files, close: () => spool.close() };
  } catch (error) {
    await spool.close();
    throw asRefusal(archive, error);
  }
}

async function unpack(
  path: string,
  budget: UnpackBudget,
  isWanted: (name: string) => boolean,
  spool: FileHandle,
): Promise<DeliveredFile[]> {
  const entries = extract();
  const fed = pipeline(
    createReadStream(path),
    createGunzip(),
    meter(entries, path, budget),
    entries,
  );
  // It ends with the loop, which throws what stopped either.
  const ended = fed.then(
    () => undefined,
    (error: Error) => error,
  );
  const files: DeliveredFile[] = [];
  let end = 0;
  for await (const entry of entries) {
    const { type, name: entryPath } = entry.header;
    const named = budget.entry(entryPath);
    const { name } = named;
    if (type !== 'directory' && type !== 'file' && type !== 'contiguous-file')
      throw unreadable(name, 'NOT_A_FILE');
    if (type === 'directory' || !isWanted(name)) {
      entry.resume();
      continue;
    }
    budget.file(named);
    const start = end;
    for await (const piece of entry as AsyncIterable<Buffer>) {
      await spool.write(piece, 0, piece.length, end);
      end += piece.length;
    }
    const size = end - start;
    files.push({
      ...named,
      open: () => Promise.resolve(Readable.from(bytesOf(spool, start, size))),
    });
  }
  const error = await ended;
  if (error) throw error;
  return files;
}

/** Counts what is unpacked on its way to the archive's reader, and stops headers that go on. */
function meter(entries: Extract, path: string, budget: UnpackBudget): Transform {
  let fed = 0;
  let nextHeaderBy = headersBytesMax;
  entries.on('entry', ({ size = 0 }) => {
    nextHeaderBy = fed + size + headersBytesMax;
  });
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      fed += chunk.length;
      try {
        budget.unpacked(chunk.length);
        if (fed > nextHeaderBy) throw unreadable(basename(path), 'ARCHIVE_DAMAGED');
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

async function* bytesOf(spool: FileHandle, start: number, size: number): AsyncGenerator<Buffer> {
  for (let at = start; at < start + size;) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, start + size - at));
    const { bytesRead } = await spool.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw new RangeError('the unpacked file is shorter than what was written');
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function namelessFile(folder: string): Promise<FileHandle> {
  const path = join(folder, `.unpacked-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

function asRefusal(file: string, error: unknown): unknown {
  if (error instanceof SourceUnreadable || isDiskFault(error)) return error;
  return unreadable(file, 'ARCHIVE_DAMAGED');
}
