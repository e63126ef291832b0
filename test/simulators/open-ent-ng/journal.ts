import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An append-only file of what happened, replayed at the start. An answer waits for the write of its
 * entry (`flushed`), and all entries of a moment share one write, so no account that a client heard
 * of is lost by kill -9.
 */
export class Journal<Entry> {
  private readonly file: number | undefined;
  private pending: string[] = [];
  private flush: Promise<void> | undefined;

  constructor(readonly folder: string | undefined) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    this.file = openSync(join(folder, 'journal.ndjson'), 'a');
  }

  replay(apply: (entry: Entry) => void): number {
    if (this.folder === undefined) return 0;
    let count = 0;
    for (const line of readFileSync(join(this.folder, 'journal.ndjson'), 'utf8').split('\n')) {
      if (line === '') continue;
      let entry: Entry;
      try {
        entry = JSON.parse(line) as Entry;
      } catch {
        // The last line of a process killed while writing: nobody had an answer for it.
        continue;
      }
      apply(entry);
      count += 1;
    }
    return count;
  }

  append(entry: Entry): void {
    if (this.file !== undefined) this.pending.push(JSON.stringify(entry));
  }

  flushed(): Promise<void> {
    if (this.file === undefined || (this.pending.length === 0 && !this.flush)) {
      return Promise.resolve();
    }
    this.flush ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.flush = undefined;
        const lines = this.pending;
        this.pending = [];
        try {
          // A leading line feed parts these entries from a line that a killed process left half-written.
          writeSync(this.file ?? -1, `\n${lines.join('\n')}\n`);
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    return this.flush;
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }
}
