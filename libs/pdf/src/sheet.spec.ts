import { expect, test } from '@jest/globals';
import { PdfFile } from '../../../test/support/pdf-file.js';
import { type PdfElement, pdfStructure } from '../../../test/support/pdf-structure.js';
import { pdfWords } from '../../../test/support/pdf-words.js';
import { faceOf, faces } from './faces.js';
import { contentWidth, page, Sheet } from './index.js';

const date = new Date('2024-07-03T09:12:00Z');
const started = (title = 'Essai', more = {}) =>
  new Sheet({ title, author: 'A & B', date, ...more });
const told = ({ kind, text, children }: PdfElement): string =>
  children.length === 0 ? `${kind} ${text}` : `${kind}(${children.map(told).join(', ')})`;
const structureOf = async (sheet: Sheet) => {
  const { root, untagged } = pdfStructure(await sheet.finish('Pied'));
  expect(untagged).toEqual([]);
  return root.children.map(told);
};

test('a list is read as one, with its numbers', async () => {
  const sheet = started();
  sheet.list(['Ouvrez la page.', 'Tapez le code.'], {}, true);
  expect(await structureOf(sheet)).toEqual([
    'L(LI(Lbl 1., LBody Ouvrez la page.), LI(Lbl 2., LBody Tapez le code.))',
  ]);
});

test('a name heads its value, and a title its column', async () => {
  const sheet = started();
  const at = { y: 100, width: 90 };
  sheet.namedValues([
    { name: { ...at, text: 'Total', x: 48 }, value: { ...at, text: '12 €', x: 140 } },
  ]);
  sheet.table([{ title: 'Jours', share: 1 }], [['365']]);
  expect(await structureOf(sheet)).toEqual([
    'Table(TR(TH Total, TD 12 €))',
    'Table(TR(TH Jours), TR(TD 365))',
  ]);
});

test('what follows stands below the longer of what stands side by side', () => {
  const below = (left: number, right: number) => {
    const sheet = started();
    const lines = (count: number, x: number) => () => {
      for (let line = 0; line < count; line += 1) sheet.text('Ligne', x, 100);
    };
    sheet.sideBySide(lines(left, page.margin), lines(right, 300), 7);
    return sheet.y;
  };
  expect(below(1, 3)).toBe(below(3, 1));
  expect(below(3, 3)).toBe(below(3, 1));
  expect(below(3, 1) - below(2, 1)).toBe(below(2, 1) - below(1, 1));
  expect(below(0, 0)).toBe(page.margin + 7);
});

test('what each page repeats, and all that is drawn, is read out by nobody', async () => {
  const sheet = started();
  const rows = Array.from({ length: 120 }, (_, at) => [`Ligne ${at}`]);
  sheet.band(0, 0, 10, 10);
  sheet.frame(0, 0, 10, 10);
  sheet.table([{ title: 'Titre', share: 1 }], rows);
  const bytes = await sheet.finish('Pied');
  expect(pdfWords(bytes).filter((word) => word === 'Titre').length).toBeGreaterThan(2);
  expect(told(pdfStructure(bytes).root).match(/TH|Pied/g)).toEqual(['TH']);
});

test('the metadata are XML whatever the title, and say the two standards and what else is followed', async () => {
  const sheet = started('Commune d’<X> & Y');
  const property = { name: 'DocumentType', value: 'INVOICE' };
  sheet.follow({
    title: 'Essai',
    namespace: 'urn:essai#',
    prefix: 'es',
    properties: [
      { ...property, valueType: 'Text', category: 'external', description: 'Ce que c’est' },
    ],
  });
  sheet.attach({
    content: Buffer.from('<a/>'),
    name: 'a.xml',
    description: 'Le même',
    date,
    mediaType: 'text/xml',
    relationship: 'Alternative',
  });
  const bytes = await sheet.finish('Pied');
  const xmp = bytes.toString('utf8').match(/<x:xmpmeta[\s\S]*<\/x:xmpmeta>/)?.[0] ?? '';
  for (const said of [
    ...['Commune d’&lt;X&gt; &amp; Y', 'A &amp; B', '<pdfaid:part>3<', '<pdfaid:conformance>A<'],
    ...['<pdfuaid:part>1<', '<es:DocumentType>INVOICE<', 'urn:essai#'],
  ])
    expect(xmp).toContain(said);
  expect(xmp.match(/<pdfaExtension:schemas>/g)).toHaveLength(1);
  expect([...new PdfFile(bytes).objects.values()].join('\n')).toContain(
    '/AFRelationship /Alternative',
  );
});

test('a number stands at the right edge of its column, and a long text within its width', async () => {
  const sheet = started();
  const height = sheet.textAt('123 456,78 €', 100, 100, 200, { align: 'right', size: 10 });
  expect(height).toBeCloseTo(13);
  expect(sheet.heightOf('mot '.repeat(100), 100, { size: 10 })).toBeGreaterThan(13 * 10);
  sheet.text('x'.repeat(300), page.margin, contentWidth);
  const words = pdfWords(await sheet.finish('Pied'));
  // A word without an end is cut rather than written over the edge.
  expect(words.filter((word) => word.startsWith('xx')).length).toBeGreaterThan(1);
});

test('a paper that names people leaves no word behind, and is the same bytes', async () => {
  const bytesOf = async (more: object) => {
    const sheet = started('Essai', more);
    sheet.paragraph('Éloïse Le Goff AVAT, fin et affaire');
    return sheet.finish('Pied');
  };
  expect((await bytesOf({ isPersonal: true })).equals(await bytesOf({}))).toBe(true);
});

test('what a paper shows is read whatever was printed before it: of an É, the E; of a colon, the dot', async () => {
  const first = started();
  first.paragraph('É: Í; ÿ ç');
  await first.finish('É');
  const sheet = started();
  sheet.paragraph('prenom1.nom1 Emma Inès yacht');
  expect(pdfWords(await sheet.finish('Pied'))).toContain('prenom1.nom1 Emma Inès yacht');
});

test('each pair of what is written in French, and each ligature, is read as it was written', () => {
  const written = [
    ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:-_@/’'()«»éèêëàâçîïôûùüÿœæÉÈÊËÀÂÇÎÏÔÛÙÜŸŒÆ€°",
  ];
  for (const face of faces) {
    const read = (text: string) =>
      faceOf(face)
        .layout(text)
        .glyphs.map(({ codePoints }) => String.fromCodePoint(...codePoints))
        .join('');
    const pairs = written.flatMap((one) => written.map((other) => `${one}${other}`));
    const texts = [...pairs, 'ffi', 'ffl', 'fft', 'fti'];
    expect(texts.filter((text) => read(text) !== text)).toEqual([]);
  }
});
