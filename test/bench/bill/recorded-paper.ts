import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create } from 'fontkit';
import PDFDocument from 'pdfkit';

/** What was asked of pdfkit for one document, in order: its calls, elements of its structure, their marked texts. */
export type Recorded =
  | { readonly is: 'call'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly is: 'element'; readonly at: number; readonly args: readonly unknown[] }
  | { readonly is: 'child'; readonly of: number; readonly at: number }
  | { readonly is: 'text'; readonly of: number; readonly written: readonly Recorded[] }
  | { readonly is: 'end'; readonly of: number };

type Element = { add(child: unknown): Element; end(): void };
type Doc = Record<string, (...args: unknown[]) => unknown>;

/** All that draws, writes, tags or attaches; what only measures is no part of a page. */
const drawing = [
  ...['font', 'fontSize', 'fillColor', 'text', 'rect', 'fill', 'roundedRect', 'lineWidth'],
  ...['strokeColor', 'stroke', 'moveTo', 'lineTo', 'markContent', 'endMarkedContent', 'addPage'],
  ...['switchToPage', 'addStructure', 'file'],
] as const;

/** Draws with our own code and keeps what it asked of pdfkit. */
export async function recordPaper(draw: () => Promise<unknown>): Promise<Recorded[]> {
  const written: Recorded[] = [];
  let into: Recorded[] = written;
  // What pdfkit asks of itself is its own affair.
  let depth = 0;
  const numbers = new Map<Element, number>();
  const prototype = PDFDocument.prototype as unknown as Doc;
  const original = new Map<string, Doc[string]>();
  const wrap = (
    name: string,
    record: (call: () => unknown, args: unknown[], doc: Doc) => unknown,
  ) => {
    const own = prototype[name]!;
    original.set(name, own);
    prototype[name] = function (this: Doc, ...args: unknown[]) {
      const call = () => {
        depth += 1;
        try {
          return own.apply(this, args);
        } finally {
          depth -= 1;
        }
      };
      return depth > 0 ? own.apply(this, args) : record(call, args, this);
    };
  };
  for (const name of drawing) {
    wrap(name, (call, args) => {
      const told = args.map((one) => numbers.get(one as Element) ?? one);
      into.push({ is: 'call', name, args: name === 'font' ? [nameOf(args[0])] : told });
      return call();
    });
  }
  wrap('struct', (call, args) => {
    const element = call() as Element;
    const at = numbers.size;
    numbers.set(element, at);
    into.push({ is: 'element', at, args });
    const { add, end } = element;
    element.add = (child) => {
      if (typeof child !== 'function') {
        into.push({ is: 'child', of: at, at: numbers.get(child as Element)! });
        return add.call(element, child);
      }
      return add.call(element, () => {
        const around = into;
        const text: Recorded[] = [];
        around.push({ is: 'text', of: at, written: text });
        [into, depth] = [text, 0];
        (child as () => void)();
        into = around;
      });
    };
    element.end = () => {
      into.push({ is: 'end', of: at });
      end.call(element);
    };
    return element;
  });
  try {
    await draw();
  } finally {
    for (const [name, own] of original) prototype[name] = own;
  }
  return written;
}

/** The same pages by pdfkit alone: nothing is measured, nothing laid out, each call as it was made. */
export function drawBare(recorded: readonly Recorded[], info: object): Promise<Buffer> {
  const options = {
    ...{ size: 'A4', bufferPages: true, lang: 'fr-FR', displayTitle: true, tagged: true },
    ...{ pdfVersion: '1.7', subset: 'PDF/A-3a', font: plain('regular'), info },
    margins: { top: 48, left: 48, right: 48, bottom: 0 },
    autoFirstPage: false,
  };
  const doc = new PDFDocument(options as unknown as PDFKit.PDFDocumentOptions);
  for (const face of ['regular', 'bold'] as const) {
    doc.registerFont(face, plain(face) as unknown as string);
  }
  const elements: Element[] = [];
  const play = (all: readonly Recorded[]): void => {
    for (const one of all) {
      if (one.is === 'element') {
        elements[one.at] = (doc as unknown as Doc)['struct']!(...one.args) as Element;
      } else if (one.is === 'child') elements[one.of]!.add(elements[one.at]);
      else if (one.is === 'text') elements[one.of]!.add(() => play(one.written));
      else if (one.is === 'end') elements[one.of]!.end();
      else if (one.is === 'call') {
        const args = one.name === 'addStructure' ? [elements[one.args[0] as number]] : one.args;
        (doc as unknown as Doc)[one.name]!(...args);
      }
    }
  };
  play(recorded);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
    doc.end();
  });
}

// Parsed once per process, as no reader of pdfkit's manual would.
const files = {
  regular: '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  bold: '@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf',
} as const;
const opened = new Map<string, unknown>();
function plain(face: keyof typeof files): unknown {
  const known =
    opened.get(face) ?? create(readFileSync(createRequire(import.meta.url).resolve(files[face])));
  opened.set(face, known);
  return known;
}
/** Ours are registered under their own names. */
const nameOf = (asked: unknown) => (String(asked).includes('Bold') ? 'bold' : 'regular');
