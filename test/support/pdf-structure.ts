import { PdfFile } from './pdf-file.js';

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
  const file = new PdfFile(bytes);
  const marked = new Map<string, string[]>();
  const untagged: string[] = [];
  for (const { id, texts } of file.pages()) {
    for (const { text, mcid, isArtifact } of texts) {
      const key = `${id} ${mcid}`;
      if (mcid !== undefined) marked.set(key, [...(marked.get(key) ?? []), text]);
      else if (!isArtifact) untagged.push(text);
    }
  }
  const element = (id: string): PdfElement => {
    const body = file.objects.get(id) ?? '';
    const page = /\/Pg (\d+) 0 R/.exec(body)?.[1];
    const kids = (/\/K \[([\s\S]*?)\]/.exec(body)?.[1] ?? '').trim();
    const ids = [...kids.matchAll(/(\d+) 0 R/g)].map(([, kid = '']) => kid);
    const texts = kids.split(/\s+/).flatMap((kid) => marked.get(`${page} ${kid}`) ?? []);
    return {
      kind: /\/S \/(\w+)/.exec(body)?.[1] ?? '',
      text: ids.length > 0 ? '' : texts.join(' '),
      children: ids.map(element),
    };
  };
  const tree =
    [...file.objects.values()].find((body) => body.includes('/Type /StructTreeRoot')) ?? '';
  return { root: element(/\/K \[(\d+) 0 R/.exec(tree)?.[1] ?? ''), untagged };
}
