import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backup, EntError } from './graph/nodes.js';

/** The last backup of the platform, restored as often as is asked. */
export class BackupFile {
  private inMemory: string | undefined;

  /** `folder` undefined: it does not outlive the process. */
  constructor(private readonly folder: string | undefined) {}

  write(backup: Backup): void {
    const text = JSON.stringify(backup);
    if (this.folder === undefined) {
      this.inMemory = text;
      return;
    }
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.path('.new'), text);
    // Killed while writing, the one before stays.
    renameSync(this.path('.new'), this.path(''));
  }

  /** Throws EntError where none was made. */
  read(): Backup {
    const text = this.folder === undefined ? this.inMemory : this.textOf(this.path(''));
    if (text === undefined) throw new EntError('no.backup');
    return JSON.parse(text) as Backup;
  }

  private path(ending: string): string {
    return join(this.folder ?? '', `backup.json${ending}`);
  }

  private textOf(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
}
