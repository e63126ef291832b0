import type { Readable } from 'node:stream';
import { isLocalDate, type LocalDate } from '#libs/time';

/** What the beginning of an AAF file says of it. */
export type AafHead = {
  /** Declared; undefined where nothing is. */
  readonly charset: string | undefined;
  readonly academy: string | undefined;
  readonly datedOn: LocalDate | '';
};

export const HEAD_BYTES = 1024;

/** From the first bytes, and the day in the file's name where the head has none. */
export function headFrom(bytes: Buffer, fileName: string): AafHead {
  const head = bytes.subarray(0, HEAD_BYTES).toString('latin1');
  const generated = /dateGenerationExport="(\d\d)\/(\d\d)\/(\d{4})"/.exec(head);
  const named = /_(\d{4})(\d\d)(\d\d)_/.exec(fileName);
  const stated = generated && `${generated[3]}-${generated[2]}-${generated[1]}`;
  const datedOn = stated ?? (named ? `${named[1]}-${named[2]}-${named[3]}` : '');
  return {
    charset: /^[^>]*encoding=["']([\w-]+)["']/.exec(head)?.[1]?.toLowerCase(),
    academy: /codeAcademieExport="(\w{1,4})"/.exec(head)?.[1],
    datedOn: isLocalDate(datedOn) ? datedOn : '',
  };
}

/** Bytes that are not what the charset says, or a charset that nobody knows. */
export class CharsetWrong extends Error {}

/** The text of a file in pieces. Throws CharsetWrong. */
export async function* textOf(
  open: () => Promise<Readable>,
  charset: string,
): AsyncGenerator<string> {
  const decode = decoderOf(charset);
  for await (const chunk of await open()) yield decode(chunk as Buffer);
  yield decode();
}

export async function isUtf8(open: () => Promise<Readable>): Promise<boolean> {
  const decode = decoderOf('utf-8');
  try {
    for await (const chunk of await open()) decode(chunk as Buffer);
    decode();
    return true;
  } catch (error) {
    if (error instanceof CharsetWrong) return false;
    throw error;
  }
}

function decoderOf(charset: string): (chunk?: Buffer) => string {
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    return (chunk) => {
      try {
        return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
      } catch {
        throw new CharsetWrong(charset);
      }
    };
  } catch {
    throw new CharsetWrong(charset);
  }
}
