import { join } from 'node:path';
import { copyDurably } from './create-backup.js';
import { fileAt, type Manifest } from './manifest.js';

/**
 * Puts back what the store lacks, or what its disk has damaged. A document bears its digest as its name, so nothing
 * newer is ever overwritten, and a second run puts back nothing.
 */
export async function restoreDocuments(
  folder: string,
  { files }: Manifest,
  documentFolder: string,
): Promise<number> {
  let back = 0;
  for (const { path, sha256 } of files) {
    if (!path.startsWith('documents/')) continue;
    const target = path.slice('documents/'.length);
    const known = await fileAt(documentFolder, target).catch(() => undefined);
    if (known?.sha256 === sha256) continue;
    await copyDurably(join(folder, path), join(documentFolder, target));
    back += 1;
  }
  return back;
}
