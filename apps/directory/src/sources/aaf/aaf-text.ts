import type { Readable } from 'node:stream';
import { isLocalDate, type LocalDate } from '#libs/time';
import { holdsUtf8Letter } from '../tables/mixed-charset.js';

/** What the beginning of an AAF file says of it. */
export type AafHead = {
  /** Declared; undefined where nothing is. */
  readonly charset: string | undefined;
  readonly academy: string | undefined;
  readonly datedOn: LocalDate | '';
};

const headBytes = 1024;

export function headFrom(bytes: Buffer): AafHead {
  const head = bytes.subarray(0, headBytes).toString('latin1');
  const [, day, month, year] = /dateGenerationExport="(\d\d)\/(\d\d)\/(\d{4})"/.exec(head) ?? [];
  return {
    charset: /^[^>]*encoding=["']([\w-]+)["']/.exec(head)?.[1]?.toLowerCase(),
    academy: /codeAcademieExport="(\w{1,4})"/.exec(head)?.[1],
    datedOn: dayOf(year, month, day),
  };
}

/** The day in a file's name: people rename files, so it counts only where nothing else states a day. */
export function dayInName(fileName: string): LocalDate | '' {
  const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)_/.exec(fileName) ?? [];
  return dayOf(year, month, day);
}

function dayOf(...[year, month, day]: (string | undefined)[]): LocalDate | '' {
  const text = `${year}-${month}-${day}`;
  return isLocalDate(text) ? text : '';
}

/** Bytes that are not what the charset says, or a charset that nobody knows. */
export class CharsetWrong extends Error {}

/**
 * The text of a file in pieces. Throws CharsetWrong, also where a charset of one byte is said and letters of UTF-8 stand:
 * any byte is a sign there, and every name with an accent would be another one.
 */
export async function* textOf(
  open: () => Promise<Readable>,
  charset: string,
): AsyncGenerator<string> {
  const decode = decoderOf(charset);
  const isOfOneByte = /^(iso-8859|windows|latin)/.test(charset);
  let last = 0;
  for await (const chunk of await open()) {
    const bytes = chunk as Buffer;
    if (isOfOneByte && holdsUtf8Letter(bytes, last)) throw new CharsetWrong(charset);
    last = bytes.at(-1) ?? last;
    yield decode(bytes);
  }
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
