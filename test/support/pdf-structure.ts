import { inflateSync } from 'node:zlib';

export type PdfElement = {
  readonly kind: string;
  readonly text: string;
  readonly children: readonly PdfElement[];
};

/**
 * What a screen reader is told of a tagged PDF of ours, in its order of reading, and what it writes beside that: texts
 * that are neither in the structure nor marked as what is for the eye alone.
 */
export function pdfStructure(bytes: Uint8Array): { root: PdfElement; untagged: string[] } {
  const pdf = Buffer.from(bytes).toString('latin1');
  const objects = new Map(
    [...pdf.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj$/gm)].map(([, id = '', body = '']) => [
      id,
      body,
    ]),
  );
  const marked = new Map<string, string>();
  const untagged: string[] = [];
  for (const [id, body] of objects) {
    const contents = /\/Type \/Page\n[\s\S]*?\/Contents (\d+) 0 R|\/Contents (\d+) 0 R/.exec(body);
    const stream = contents && objects.get(contents[1] ?? contents[2] ?? '');
    if (!stream) continue;
    const packed = stream.slice(stream.indexOf('\nstream\n') + 8);
    const page = inflateSync(Buffer.from(packed, 'latin1')).toString('latin1');
    const blocks = /\/(\w+) (?:<<([\s\S]*?)>> BDC|BMC)([\s\S]*?)EMC/g;
    for (const [, kind, options = '', content = ''] of page.matchAll(blocks)) {
      const number = /\/MCID (\d+)/.exec(options)?.[1];
      if (kind !== 'Artifact') marked.set(`${id} ${number}`, textOf(content));
    }
    const rest = textOf(page.replace(blocks, ''));
    if (rest !== '') untagged.push(rest);
  }
  const element = (id: string): PdfElement => {
    const body = objects.get(id) ?? '';
    const page = /\/Pg (\d+) 0 R/.exec(body)?.[1];
    const kids = (/\/K \[([\s\S]*?)\]/.exec(body)?.[1] ?? '').trim();
    const ids = [...kids.matchAll(/(\d+) 0 R/g)].map(([, kid = '']) => kid);
    return {
      kind: /\/S \/(\w+)/.exec(body)?.[1] ?? '',
      text:
        ids.length > 0
          ? ''
          : kids
              .split(/\s+/)
              .map((kid) => marked.get(`${page} ${kid}`) ?? '')
              .join(''),
      children: ids.map(element),
    };
  };
  const tree = [...objects.values()].find((body) => body.includes('/Type /StructTreeRoot')) ?? '';
  return { root: element(/\/K \[(\d+) 0 R/.exec(tree)?.[1] ?? ''), untagged };
}

function textOf(content: string): string {
  const shown = [...content.matchAll(/\[([^\]]*)\] TJ/g)].map(([, line = '']) =>
    [...line.matchAll(/<([0-9a-f]+)>/g)].map(([, hex]) => hex).join(''),
  );
  return shown.map((hex) => Buffer.from(hex, 'hex').toString('latin1')).join(' ');
}
