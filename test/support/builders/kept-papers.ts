import { createHash } from 'node:crypto';
import { DocumentStore } from '../../../apps/membership/src/documents/document-store.js';

/** Contents in memory, for papers that a test deposits by a row. */
class KeptPapers extends DocumentStore {
  private readonly contents = new Map<string, Uint8Array>();

  /** Returns the digest. */
  keep(text: string): string {
    const content = Buffer.from(text);
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.contents.set(sha256, content);
    return sha256;
  }

  put(sha256: string, content: Uint8Array): Promise<void> {
    this.contents.set(sha256, content);
    return Promise.resolve();
  }

  read(sha256: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.contents.get(sha256));
  }

  remove(sha256: string): Promise<void> {
    this.contents.delete(sha256);
    return Promise.resolve();
  }
}

/** One for the tests of a process: a content is named by its digest alone. */
export const keptPapers = new KeptPapers();
