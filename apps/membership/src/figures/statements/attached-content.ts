import { inflateSync } from 'node:zlib';

const contentMaxBytes = 1_048_576;

/**
 * The JSON that is attached to a PDF of ours. It reads what our renderer writes and no more: a PDF that
 * another program saved again is not the file that was given. Undefined where nothing is attached.
 */
export function attachedContent(pdf: Buffer): string | undefined {
  const text = pdf.toString('latin1');
  const found = text.indexOf('/Type /EmbeddedFile');
  if (found < 0) return undefined;
  const opens = text.indexOf('stream', found);
  const ends = text.indexOf('endstream', opens);
  const header = text.slice(text.lastIndexOf(' obj', found), opens);
  const length = /\/Length (\d{1,8})\b/.exec(header)?.[1];
  if (opens < 0 || ends < 0 || length === undefined) return undefined;
  const starts = opens + (text.startsWith('\r\n', opens + 6) ? 8 : 7);
  const body = pdf.subarray(starts, starts + Number(length));
  if (!header.includes('/FlateDecode')) return body.toString('utf8');
  try {
    return inflateSync(body, { maxOutputLength: contentMaxBytes }).toString('utf8');
  } catch {
    return undefined;
  }
}
