import {
  access,
  constants,
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
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
      if (await this.isUnreadable(sourceCode)) continue;
      found.push(...(await this.within(sourceCode, sourceCode, found.length)));
      if (found.length >= entriesMax) break;
    }
    return found;
  }

  /** Of these sources, whose folder this process cannot look into: that keeps nobody else's delivery waiting. */
  async unreadable(sourceCodes: readonly string[]): Promise<string[]> {
    const is = await Promise.all(sourceCodes.map((code) => this.isUnreadable(code)));
    return sourceCodes.filter((_code, at) => is[at]);
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

  /** So that who delivers finds the place; where something else has its name, `unreadable` tells. */
  async prepare(sourceCodes: readonly string[]): Promise<void> {
    for (const code of sourceCodes)
      await mkdir(join(this.root, code), { recursive: true, mode: 0o750 }).catch(() => undefined);
  }

  private async isUnreadable(sourceCode: string): Promise<boolean> {
    const folder = join(this.root, sourceCode);
    try {
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      return !(await lstat(folder)).isDirectory();
    } catch {
      return true;
    }
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
