import { inflateSync } from 'node:zlib';

/** What a PDF of ours shows, text by text. Its fonts are those that every reader has: a byte is a letter. */
export function pdfWords(bytes: Uint8Array): string[] {
  const pdf = Buffer.from(bytes);
  const words: string[] = [];
  for (let at = pdf.indexOf('\nstream\n'); at >= 0; at = pdf.indexOf('\nstream\n', at + 1)) {
    // What is not packed is what says of the document who wrote it.
    if (pdf[at + '\nstream\n'.length] !== 0x78) continue;
    const page = inflateSync(pdf.subarray(at + '\nstream\n'.length)).toString('latin1');
    for (const [, shown = ''] of page.matchAll(/\[([^\]]*)\] TJ/g)) {
      const letters = [...shown.matchAll(/<([0-9a-f]+)>/g)].map(([, hex]) => hex).join('');
      words.push(Buffer.from(letters, 'hex').toString('latin1'));
    }
  }
  return words;
}
