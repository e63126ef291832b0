import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Lays an export down: written beside, then renamed, so a folder of that name is whole, and one that is there is left alone. */
export async function layDown(
  dropFolder: string,
  folder: string,
  write: (draft: string) => Promise<unknown>,
): Promise<void> {
  const target = join(dropFolder, folder);
  if (existsSync(target)) return;
  const draft = join(dropFolder, `.${folder}.${process.pid}`);
  await write(draft);
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another player was faster: its folder holds the same bytes.
    if (!existsSync(target)) throw error;
    rmSync(draft, { recursive: true });
  }
}
