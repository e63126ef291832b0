import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { uploaded } from '../uploads/upload-files.js';
import { type DeliverySnapshot, mayBeDelivery, note, snapshotOf } from './delivery-snapshot.js';

export type LyingDelivery = {
  /** As an import names it. */
  readonly folder: string;
  /** Whose folder it lies in; empty: in nobody's, so that a person starts it. */
  readonly sourceCode: string;
  readonly snapshot: DeliverySnapshot;
};

const entriesMax = 1_000;

/** What lies in the drop area: a folder of each declared source, `<source>/…`, and what was laid beside them by hand. */
export class DropArea {
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** In the folders of these sources. Links are told, never followed. */
  async ofSources(sourceCodes: readonly string[]): Promise<LyingDelivery[]> {
    const found: LyingDelivery[] = [];
    for (const sourceCode of sourceCodes) {
      const folder = join(this.root, sourceCode);
      const isFolder = (await lstat(folder).catch(() => undefined))?.isDirectory();
      if (isFolder) found.push(...(await this.within(sourceCode, sourceCode, found.length)));
      if (found.length >= entriesMax) break;
    }
    return found;
  }

  /** Beside the folders of sources, of uploads, and of what is not whole. */
  async besides(sourceCodes: readonly string[]): Promise<LyingDelivery[]> {
    const all = await this.within('', '', 0);
    return all.filter(({ folder }) => folder !== uploaded && !sourceCodes.includes(folder));
  }

  /** Why it was refused, as long as nobody changed it since; undefined: it was not. */
  async refusalOf({ folder, snapshot }: LyingDelivery): Promise<string | undefined> {
    const note = await readFile(this.noteOf(folder), 'utf8').catch(() => '');
    const [reason = '', , digest] = note.split('\n');
    return digest === snapshot.digest ? reason : undefined;
  }

  /** For whoever laid it down; `digest` ties the note to what was refused. */
  async noteRefusal(folder: string, reason: string, digest: string): Promise<void> {
    const text = `${reason}\nCorrigez, puis déposez de nouveau : ce fichier s’efface alors de lui-même.\n${digest}\n`;
    await rm(this.noteOf(folder), { force: true });
    await writeFile(this.noteOf(folder), text, { mode: 0o640, flag: 'wx' });
  }

  async forgetRefusal(folder: string): Promise<void> {
    await rm(this.noteOf(folder), { force: true });
  }

  /** So that who delivers finds the place. */
  async prepare(sourceCodes: readonly string[]): Promise<void> {
    for (const code of sourceCodes)
      await mkdir(join(this.root, code), { recursive: true, mode: 0o750 });
  }

  private async within(
    around: string,
    sourceCode: string,
    before: number,
  ): Promise<LyingDelivery[]> {
    const entries = await readdir(join(this.root, around), { withFileTypes: true });
    const named = entries
      .filter((entry) => mayBeDelivery(entry.name, !entry.isFile()))
      .slice(0, entriesMax - before);
    const found: LyingDelivery[] = [];
    for (const { name } of named) {
      const folder = around === '' ? name : `${around}/${name}`;
      const snapshot = await snapshotOf(join(this.root, folder));
      if (snapshot) found.push({ folder, sourceCode, snapshot });
    }
    return found;
  }

  private noteOf(folder: string): string {
    return join(this.root, `${folder}${note}`);
  }
}
