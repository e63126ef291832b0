import { PdfFile } from './pdf-file.js';

/** What a PDF of ours shows, text by text: a text that goes over two lines is two. */
export function pdfWords(bytes: Uint8Array): string[] {
  return [...new PdfFile(bytes).pages()].flatMap(({ texts }) => texts.map(({ text }) => text));
}
