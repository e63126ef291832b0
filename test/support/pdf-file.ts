import { inflateSync } from 'node:zlib';

/** A text as it stands on a page: in the structure, an artifact, or neither. */
export type ShownText = {
  readonly text: string;
  /** Number of the marked content, where it is read out. */
  readonly mcid: string | undefined;
  readonly isArtifact: boolean;
};

/** The objects of a PDF of ours, and what its pages show: glyphs of embedded fonts, read by the table each font brings. */
export class PdfFile {
  readonly objects: ReadonlyMap<string, string>;

  constructor(bytes: Uint8Array) {
    const pdf = Buffer.from(bytes).toString('latin1');
    this.objects = new Map(
      [...pdf.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj$/gm)].map(([, id = '', body = '']) => [
        id,
        body,
      ]),
    );
  }

  /** By the id of the page's object, in the order of the pages. */
  *pages(): Iterable<{ readonly id: string; readonly texts: readonly ShownText[] }> {
    for (const [id, body] of this.objects) {
      if (!/\/Type \/Page\n/.test(body)) continue;
      const resources = this.objects.get(/\/Resources (\d+) 0 R/.exec(body)?.[1] ?? '') ?? '';
      const fonts = new Map(
        [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', font = '']) => [
          name,
          this.lettersOf(font),
        ]),
      );
      const content = this.streamOf(/\/Contents (\d+) 0 R/.exec(body)?.[1] ?? '').toString(
        'latin1',
      );
      yield { id, texts: [...shownBy(content, fonts)] };
    }
  }

  /** Unpacked. */
  streamOf(id: string): Buffer {
    const body = this.objects.get(id) ?? '';
    const packed = body.slice(body.indexOf('\nstream\n') + 8, body.lastIndexOf('\nendstream'));
    const bytes = Buffer.from(packed, 'latin1');
    return body.includes('/FlateDecode') ? inflateSync(bytes) : bytes;
  }

  private lettersOf(font: string): (glyph: number) => string {
    const table = /\/ToUnicode (\d+) 0 R/.exec(this.objects.get(font) ?? '')?.[1];
    if (table === undefined) throw new Error('A font that says not which letters its glyphs are');
    const letters = new Map<number, string>();
    const ranges = this.streamOf(table)
      .toString('latin1')
      .matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g);
    for (const [, start = '', list = ''] of ranges)
      for (const [at, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries())
        letters.set(
          Number.parseInt(start, 16) + at,
          Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
        );
    return (glyph) => letters.get(glyph) ?? '\ufffd';
  }
}

function* shownBy(
  content: string,
  fonts: ReadonlyMap<string, (glyph: number) => string>,
): Iterable<ShownText> {
  let letters: (glyph: number) => string = () => '\ufffd';
  let mark = { mcid: undefined as string | undefined, isArtifact: false };
  const steps = /\/(\w+) (?:<<([\s\S]*?)>> BDC|BMC)|(\bEMC\b)|\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g;
  for (const [, tag, options = '', end, font, line] of content.matchAll(steps)) {
    if (tag !== undefined)
      mark = { mcid: /\/MCID (\d+)/.exec(options)?.[1], isArtifact: tag === 'Artifact' };
    else if (end !== undefined) mark = { mcid: undefined, isArtifact: false };
    else if (font !== undefined) letters = fonts.get(font) ?? letters;
    else {
      const glyphs = [...line!.matchAll(/<([0-9a-f]+)>/g)].map(([, hex]) => hex).join('');
      const text = [...glyphs.matchAll(/.{4}/g)].map(([hex]) => letters(Number.parseInt(hex, 16)));
      yield { text: text.join(''), ...mark };
    }
  }
}
