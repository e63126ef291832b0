import { AafParser, entryCharsMax } from './aaf-parser.js';
import { BoundedXml, heldCharsMax } from './bounded-xml.js';

const piece = 'x'.repeat(64 * 1024);
const silent = { open: () => {}, close: () => {}, text: () => {}, cut: () => {} };

/** Characters that saxes itself holds at the most while a document goes on. */
function heldMost(start: string, pieces: number): number {
  const xml = new BoundedXml(silent);
  const held = (xml as unknown as { sax: Record<string, string> }).sax;
  xml.write(start);
  let most = 0;
  for (let i = 0; i < pieces; i += 1) {
    xml.write(piece);
    most = Math.max(most, held.text!.length + held.name!.length + held.entity!.length);
  }
  return most;
}

describe('XML in bounded memory', () => {
  test.each([
    ['text', '<a>'],
    ['CDATA', '<a><![CDATA['],
    ['a comment', '<a><!-- '],
    ['a DOCTYPE', '<!DOCTYPE a ['],
    ['an attribute', '<a b="'],
  ])('holds at most the limit of %s that goes on for 4 MB', (_what, start) => {
    expect(heldMost(start, 64)).toBeLessThanOrEqual(heldCharsMax);
  });

  test.each([
    ['a tag', '<a'],
    ['an attribute’s name', '<a b'],
    ['an entity', '<a>&b'],
  ])('refuses the name of %s that goes on', (_what, start) => {
    expect(() => heldMost(start, 5)).toThrow('a name without end');
  });

  test('refuses tags in tags and attributes without end', () => {
    expect(() => new BoundedXml(silent).write('<a>'.repeat(100))).toThrow('too deep');
    const many = Array.from({ length: 100 }, (_, i) => ` a${i}=""`).join('');
    expect(() => new BoundedXml(silent).write(`<a${many}`)).toThrow('too many attributes');
  });
});

describe('an entry in bounded memory', () => {
  const begin = '<ficAlimMENESR>\n<addRequest><identifier><id>1</id></identifier><attributes>';
  const end = '</attributes></addRequest>';
  const attr = '<attr name="ENTPersonClasses">';

  test('is handed over as damaged after a value of 4 MB, without it, and the next one whole', () => {
    const parser = new AafParser('Eleve');
    parser.write(`${begin}${attr}<value>`);
    for (let i = 0; i < 64; i += 1) parser.write(piece);
    const [damaged] = parser.write(`</value></attr>${end}`);
    expect([...damaged!.damage]).toEqual(['VALUE_TOO_LONG']);
    expect(JSON.stringify([...damaged!.values]).length).toBeLessThan(20_000);
    const next = '<addRequest><identifier><id>2</id></identifier><attributes>';
    const [whole] = parser.write(`\n${next}${attr}<value>a</value></attr>${end}`);
    expect(whole).toMatchObject({ id: '2', line: 3, damage: new Set() });
  });

  test('is handed over as damaged when its values are without end', () => {
    const parser = new AafParser('Eleve');
    parser.write(`${begin}${attr}`);
    for (let i = 0; i < 10_000; i += 1) parser.write('<value>abc</value>');
    const [entry] = parser.write(`</attr>${end}`);
    expect([...entry!.damage]).toEqual(['ENTRY_TOO_LONG']);
    expect(entry!.values.get('ENTPersonClasses')!.length).toBeLessThan(entryCharsMax / 64);
  });

  test('is not damaged by an overlong value of an attribute that is dropped anyway', () => {
    const parser = new AafParser('PersRelEleve');
    parser.write(`${begin}<attr name="ENTPersonAdresse"><value>`);
    parser.write(piece);
    const [entry] = parser.write(`</value></attr>${end}`);
    expect(entry).toMatchObject({ damage: new Set(), unknown: [] });
    expect([...entry!.values]).toEqual([]);
  });
});
