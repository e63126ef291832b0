import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unreadable } from '../source-problems.js';
import type { Delivery } from './delivery.js';
import { unpackLimits } from './unpack-budget.js';

/** The wanted files of a folder; what is reached through a link is not part of it. */
export async function folderDelivery(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<Delivery> {
  const entries = await readdir(folder, { withFileTypes: true });
  const wanted = entries.filter(({ name }) => isWanted(name));
  if (wanted.length > unpackLimits.entries) throw unreadable(folder, 'TOO_MANY_FILES');
  const odd = wanted.find((entry) => !entry.isFile());
  if (odd) throw unreadable(odd.name, 'NOT_A_FILE');
  return {
    files: wanted.map(({ name }) => ({
      name,
      folder: '',
      open: () => openFile(join(folder, name)),
    })),
    close: () => Promise.resolve(),
  };
}

/** Refuses what is no file, and what is gone, also where it came to that since the folder was looked at. */
export async function openFile(path: string) {
  const name = basename(path);
  // Opening a pipe would wait for whoever writes into it, and nobody may.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOOP') throw unreadable(name, 'NOT_A_FILE');
    if (error.code === 'ENOENT') throw unreadable(name, 'FILE_GONE');
    throw error;
  });
  if ((await file.stat()).isFile()) return file.createReadStream();
  await file.close();
  throw unreadable(name, 'NOT_A_FILE');
}
