import { hash } from 'node:crypto';
import type { BatchRecord } from '../batch-record.js';
import type { Digest } from './merkle-tree.js';

/** SHA-256 of a record's content, wherever the record stands (`encodeContents`). */
export type RecordDigest = { readonly hex: Digest };

/** Computed when it is read: most records of a run are compared by identity alone. */
export class ContentDigest implements RecordDigest {
  private computed: Digest | undefined;

  constructor(private readonly record: BatchRecord) {}

  get hex(): Digest {
    if (this.computed === undefined) {
      const content = Buffer.allocUnsafe(this.record.contentSize);
      this.computed = contentDigest(content.subarray(0, this.record.writeContent(content, 0)));
    }
    return this.computed;
  }
}

/** Of a content with its length before it. */
export const contentDigest = (content: Buffer): Digest => hash('sha256', content, 'hex');

/** False where either is unknown. */
export const differ = (one: RecordDigest | undefined, other: RecordDigest | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other && one.hex !== other.hex;
