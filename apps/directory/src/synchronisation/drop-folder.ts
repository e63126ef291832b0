import { randomUUID } from 'node:crypto';
import { lstat, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { FolderUnknown } from '../sources/sources.module.js';

const aside = '.removed-';

export type DroppedEntry = { readonly name: string; readonly changedAtMs: number };

/** Whether an import can be asked for by this name; one with a dot before it is a folder not yet whole, or going. */
export const isFolderName = (folder: string): boolean => /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(folder);

/** The one place that exports are read from; a name that leads out of it does not exist. */
export class DropFolder {
  private readonly root: string;

  /** `keptHours`: how long an export waits for an import. */
  constructor(
    root: string,
    readonly keptHours = 72,
  ) {
    this.root = resolve(root);
  }

  /** Throws FolderUnknown for a path that escapes, or is no `isFolderName`. */
  pathOf(folder: string): string {
    if (!isFolderName(folder)) throw new FolderUnknown();
    return join(this.root, folder);
  }

  async has(folder: string): Promise<boolean> {
    return (await changedAtMs(this.pathOf(folder))) !== undefined;
  }

  /**
   * What lies in the area, with the latest change of it or of what it holds; `max` of it. Of the folders that are kept,
   * those of sources, what lies in them.
   */
  async entries(max: number, kept: readonly string[] = []): Promise<DroppedEntry[]> {
    const entries: DroppedEntry[] = [];
    const names = (await readdir(this.root)).filter((name) => !name.startsWith(aside));
    const within = names.filter((name) => kept.includes(name));
    for (const folder of within) {
      const held = await readdir(join(this.root, folder)).catch(() => []);
      names.push(...held.map((name) => `${folder}/${name}`));
    }
    for (const name of names) {
      if (entries.length === max) break;
      if (kept.includes(name)) continue;
      const path = join(this.root, name);
      const held = await readdir(path).catch(() => []);
      const changes = await Promise.all(
        [path, ...held.slice(0, max).map((file) => join(path, file))].map(changedAtMs),
      );
      entries.push({ name, changedAtMs: Math.max(...changes.map((at) => at ?? 0)) });
    }
    return entries;
  }

  /**
   * Takes an entry, or the folder of an import, out of the area at once; its bytes go with `removeSetAside`. Of a link
   * the link alone goes; what is reached through one is not ours, and stays. The folders of sources stay, empty or not.
   */
  async setAside(name: string, kept: readonly string[] = []): Promise<void> {
    const path = resolve(this.root, name);
    const within = relative(this.root, dirname(path));
    try {
      const parent = await realpath(dirname(path));
      if (parent !== join(await realpath(this.root), within)) return;
      await rename(path, join(this.root, `${aside}${randomUUID()}`));
      await removeEmpty(this.root, within, kept);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  async removeSetAside(): Promise<void> {
    const names = (await readdir(this.root)).filter((name) => name.startsWith(aside));
    for (const name of names) await rm(join(this.root, name), { recursive: true, force: true });
  }
}

/** Of the entry itself: a link says nothing of what it leads to. */
async function changedAtMs(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).ctimeMs;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The folders around a folder that went, where nothing else lies in them. */
async function removeEmpty(root: string, within: string, kept: readonly string[]): Promise<void> {
  for (let folder = within; folder !== '' && folder !== '.'; folder = dirname(folder)) {
    if (kept.includes(folder)) return;
    try {
      await rmdir(join(root, folder));
    } catch {
      return;
    }
  }
}

const isAbsent = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT';
