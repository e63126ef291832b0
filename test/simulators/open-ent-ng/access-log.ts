import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type AccessEntry =
  /** `request`: digest of method, address and body; equal requests have equal digests. */
  | { readonly call: string; readonly at: number; readonly route: string; readonly request: string }
  /** The status, the fault that was injected instead of the answer, or `closed` where the client left first. */
  | { readonly call: string; readonly answer: string };

/**
 * One line per call and one per answer, in the order in which they came. Written at once: a call is counted although the
 * process is killed before it answers. Names no person.
 */
export class AccessLog {
  private file: number | undefined;
  private calls = 0;

  /** `folder` undefined: nothing is logged. */
  constructor(folder: string | undefined) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    this.file = openSync(join(folder, 'access.ndjson'), 'a');
  }

  /** Returns how the answer is recorded; the first one counts. */
  begin(route: string, address: string, body: Buffer): (answer: string) => void {
    if (this.file === undefined) return () => undefined;
    this.calls += 1;
    const call = `${process.pid}-${this.calls}`;
    const request = createHash('sha256').update(address).update(body).digest('hex').slice(0, 16);
    this.write({ call, at: Date.now(), route, request });
    let isAnswered = false;
    return (answer) => {
      if (!isAnswered) this.write({ call, answer });
      isAnswered = true;
    };
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    // A connection may end later.
    this.file = undefined;
  }

  private write(entry: AccessEntry): void {
    if (this.file !== undefined) writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}
