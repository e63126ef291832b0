import type { DeliveredFile } from '../delivery/delivery.js';
import { unreadable } from '../source-problems.js';
import { holdsUtf8Letter } from '../tables/mixed-charset.js';

/** How a file is written: nothing in it says so. */
export type WrittenAs = {
  readonly charset: 'utf-8' | 'iso-8859-15' | 'windows-1252';
  readonly delimiter: ';' | ',';
};

/** Of the first line, to tell the delimiter. */
const headerBytes = 16 * 1024;

/**
 * Reads the bytes once, without keeping them. UTF-8 where they are that; else ISO-8859-15, unless
 * bytes occur that mean nothing in it and are letters of French Windows. Throws SourceUnreadable for
 * UTF-16, for two charsets in one file, and beyond the limit.
 */
export async function lookAt(delivered: DeliveredFile, limitBytes: number): Promise<WrittenAs> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let isWindows = false;
  let holdsUtf8 = false;
  let lastByte = 0;
  let size = 0;
  let head = Buffer.alloc(0);
  const continues = (bytes?: Buffer) => {
    try {
      utf8.decode(bytes, { stream: bytes !== undefined });
      return true;
    } catch {
      return false;
    }
  };
  for await (const piece of await delivered.open()) {
    const bytes = piece as Buffer;
    size += bytes.length;
    if (size > limitBytes) throw unreadable(delivered.name, 'TOO_LARGE');
    if (head.length < headerBytes) head = Buffer.concat([head, bytes.subarray(0, headerBytes)]);
    isUtf8 = isUtf8 && continues(bytes);
    holdsUtf8 = holdsUtf8 || holdsUtf8Letter(bytes, lastByte);
    lastByte = bytes.at(-1) ?? lastByte;
    isWindows = isWindows || bytes.some((byte) => byte >= 0x80 && byte <= 0x9f);
  }
  if (/^(fffe|feff)/.test(head.toString('hex', 0, 2)))
    throw unreadable(delivered.name, 'CHARSET', 1);
  isUtf8 = isUtf8 && continues();
  if (!isUtf8 && holdsUtf8) throw unreadable(delivered.name, 'CHARSET_MIXED');
  const legacy = isWindows ? 'windows-1252' : 'iso-8859-15';
  return { charset: isUtf8 ? 'utf-8' : legacy, delimiter: delimiterOf(head) };
}

/** That of which the first line has more, outside quotes. */
function delimiterOf(head: Buffer): ';' | ',' {
  const [first = ''] = head
    .toString('latin1')
    .replace(/"[^"]*"/g, '')
    .split(/[\r\n]/, 1);
  return first.split(',').length > first.split(';').length ? ',' : ';';
}
