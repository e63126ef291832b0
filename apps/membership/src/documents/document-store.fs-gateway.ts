import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DocumentStore } from './document-store.js';

/** Files below a folder: `ab/cd/<sha256>`, so that no folder grows without bound. */
export class FsDocumentStore extends DocumentStore {
  constructor(private readonly folder: string) {
    super();
  }

  async put(sha256: string, content: Uint8Array): Promise<void> {
    const path = this.pathOf(sha256);
    // What a disk has damaged is written again: whoever has the content still may upload it once more.
    const known = await readFile(path).catch(unlessAbsent);
    if (known && Buffer.compare(known, content) === 0) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    // The name is durable once its folder is.
    await syncFolder(dirname(path));
  }

  async read(sha256: string): Promise<Uint8Array | undefined> {
    return readFile(this.pathOf(sha256)).catch(unlessAbsent);
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }

  private pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('not a SHA-256');
    return join(this.folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
