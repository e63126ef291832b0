import { jest } from '@jest/globals';
import { contentWidth, page, Sheet } from '#libs/pdf';
import { pdfStructure, type PdfElement } from '../support/pdf-structure.js';
import { pdfWords } from '../support/pdf-words.js';
import { Validators } from '../support/validators/validators.js';
import { papers, papersIn } from './papers.js';

/**
 * Goal: every paper of the product can be heard by who does not see it (PDF/UA-1, RGAA) and read in ten years (PDF/A-3a).
 * Method: veraPDF judges each kind, also with names, tables and texts as hard as they come.
 */
jest.setTimeout(120_000);

let validators: Validators;
beforeAll(async () => (validators = await Validators.start()));
afterAll(() => validators.stop());

test.each(Object.entries(papers))(
  'BIL-6: %s is PDF/UA-1 and PDF/A-3a, by veraPDF',
  async (name, make) => {
    const paper = await make();
    expect(await validators.pdfUa1(paper)).toMatchObject({ valid: true, findings: [] });
    expect(await validators.pdfA3a(paper)).toMatchObject({ valid: true, findings: [] });
    // What no validator sees: a text that is read out nowhere, a second title of one paper, a letter that is an empty box.
    const { root, untagged } = pdfStructure(paper);
    expect(untagged).toEqual([]);
    expect(root.children.filter(({ kind }) => kind === 'H1')).toHaveLength(papersIn[name] ?? 1);
    expect(pdfWords(paper).join(' ')).not.toContain('\ufffd');
  },
);

test('the same paper is the same bytes, whatever was made before it', async () => {
  const first = await papers['an issued invoice']!();
  await papers['a statement of a hard name']!();
  expect((await papers['an issued invoice']!()).equals(first)).toBe(true);
});

test('a text that no page holds goes on over pages, whole, and no line below the foot', async () => {
  const date = new Date('2023-01-29T12:00:00Z');
  const words = Array.from({ length: 4_000 }, (_, at) => `mot${at}`);
  const sheet = new Sheet({ title: 'Essai', author: 'Essai', date });
  sheet.title('Essai', page.margin, contentWidth);
  sheet.paragraph(words.join(' '));
  sheet.table([{ title: 'Tout', share: 1 }], [[words.join(' ')]]);
  const { root } = pdfStructure(await sheet.finish('Essai'));
  const all = (element: PdfElement): string[] =>
    element.children.length > 0 ? element.children.flatMap(all) : [element.text];
  const said = all(root).join(' ').split(/\s+/);
  expect(said.filter((word) => word.startsWith('mot'))).toEqual([...words, ...words]);
});
