import { lengthOf, Malformed } from './tlv.js';

const sequence = 0x30;

/** Cuts what comes in into messages. A message too long is refused by its head, before its bytes are kept. */
export class Frames {
  private chunks: Buffer[] = [];
  private held = 0;
  private needed: number | undefined;

  /** The messages that are whole now. Throws Malformed. */
  push(chunk: Buffer, bytesMax: number): Buffer[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const messages: Buffer[] = [];
    for (;;) {
      this.needed ??= this.lengthOfNext(bytesMax);
      if (this.needed === undefined || this.held < this.needed) return messages;
      const bytes = this.together();
      messages.push(bytes.subarray(0, this.needed));
      const rest = bytes.subarray(this.needed);
      this.chunks = rest.length > 0 ? [rest] : [];
      this.held = rest.length;
      this.needed = undefined;
    }
  }

  private lengthOfNext(bytesMax: number): number | undefined {
    if (this.held === 0) return undefined;
    const bytes = this.held < 6 ? this.together() : this.head();
    if (bytes[0] !== sequence) throw new Malformed('no LDAP message');
    const length = lengthOf(bytes);
    if (length !== undefined && length > bytesMax) throw new Malformed('message too long');
    return length;
  }

  private head(): Buffer {
    return this.chunks[0]!.length >= 6 ? this.chunks[0]! : this.together();
  }

  private together(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }
}
