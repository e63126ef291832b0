import { SaxesParser } from 'saxes';
import { limits } from './limits.js';
import { damaged, SpreadsheetRefused } from './spreadsheet-refused.js';

export type XmlAttributes = Readonly<Record<string, string>>;
export type XmlHandlers = {
  readonly open: (name: string, attributes: XmlAttributes) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
};

/**
 * Feeds a part of a spreadsheet to handlers, piece by piece. No DOCTYPE at all (so no entity to
 * multiply, nothing to load), and bounds on depth and attributes: what is held stays small.
 */
export async function readXml(pieces: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const sax = parserFor(handlers);
  for await (const piece of pieces) write(sax, () => decoder.decode(piece, { stream: true }));
  write(sax, () => decoder.decode());
  write(sax, () => null);
}

function parserFor({ open, close, text }: XmlHandlers): SaxesParser {
  const sax = new SaxesParser({ position: false });
  let depth = 0;
  let attributes = 0;
  sax.on('error', () => {
    throw damaged();
  });
  sax.on('doctype', () => {
    throw forbidden();
  });
  sax.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.xmlAttributes) throw forbidden();
  });
  sax.on('opentag', (tag) => {
    attributes = 0;
    depth += 1;
    if (depth > limits.xmlDepth) throw forbidden();
    open(tag.name, tag.attributes as XmlAttributes);
  });
  sax.on('closetag', ({ name }) => {
    depth -= 1;
    close?.(name);
  });
  if (text) {
    sax.on('text', text);
    sax.on('cdata', text);
  }
  return sax;
}

/** null ends the document. Bytes that are no UTF-8 are damage. */
function write(sax: SaxesParser, next: () => string | null): void {
  let text: string | null;
  try {
    text = next();
  } catch {
    throw damaged();
  }
  if (text === null) sax.close();
  else sax.write(text);
}

const forbidden = () =>
  new SpreadsheetRefused(
    'XML_FORBIDDEN',
    'Le fichier contient des éléments qu’aucun tableur n’écrit : copiez le tableau dans un nouveau fichier.',
  );

/** `x:row` and `row` are the same element of a workbook, whoever wrote it. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
