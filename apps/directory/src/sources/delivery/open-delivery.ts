import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FolderUnknown, unreadable } from '../source-problems.js';
import type { Delivery } from './delivery.js';
import { folderDelivery, openFile } from './folder-delivery.js';
import { tarDelivery } from './tar-delivery.js';
import { zipDelivery } from './zip-delivery.js';

/**
 * A folder, a `.tgz`, a `.zip` (by their first bytes, whatever their name) or one file; of what it
 * holds the files that are wanted by their name. Folders within do not count, but for those of an
 * archive that the format `counts`. Throws FolderUnknown, SourceUnreadable.
 */
export async function openDelivery(
  path: string,
  isWanted: (name: string) => boolean,
  counts?: (folder: string) => boolean,
): Promise<Delivery> {
  const found = await stat(path).catch(() => {
    throw new FolderUnknown();
  });
  if (found.isDirectory()) return folderDelivery(path, isWanted);
  // Opening a pipe would wait for whoever writes into it, and nobody may.
  if (!found.isFile()) throw unreadable(basename(path), 'NOT_A_FILE');
  const magic = await firstBytes(path);
  if (magic.startsWith('1f8b')) return tarDelivery(path, isWanted, counts);
  if (magic.startsWith('504b')) return zipDelivery(path, isWanted, counts);
  const name = basename(path);
  return {
    files: isWanted(name) ? [{ name, folder: '', open: () => openFile(path) }] : [],
    close: () => Promise.resolve(),
  };
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead).toString('hex');
  } finally {
    await file.close();
  }
}
