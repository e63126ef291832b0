import { localDate } from '#libs/time';
import { PdfFile } from '../../../../test/support/pdf-file.js';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import type { Addressee, Letter } from './domain/letter.js';
import { letterDocument, type Letters } from './letter-document.js';

const to: Addressee = {
  ...{ accountId: 'a', personId: 'p', profile: 'STUDENT', state: 'PROVISIONED' },
  ...{ firstName: 'Zoé', lastName: 'Le Goff', children: [], wayIn: 'LOCAL', wayInGap: '' },
  ...{ entId: 'e', marketCode: 'm' },
};
const guardian: Addressee = { ...to, profile: 'RELATIVE', children: ['Ana', 'Noël', 'Zoé'] };
const longName = {
  firstName: 'Marie-Charlotte '.repeat(8),
  lastName: 'de La Rochefoucauld '.repeat(6),
};
const coded = { to, kind: 'ACTIVATION_CODE', login: 'zoe.legoff', code: 'k7bpx3mn' } as const;
const long: Letter = {
  ...coded,
  to: { ...guardian, ...longName },
  login: 'marie-charlotte.delarochefoucauld'.repeat(3),
};
const wayIn = (of: Addressee, way: string): Letter => ({
  ...{ to: { ...of, wayIn: way }, kind: 'WAY_IN', login: '', code: '' },
});
const printed = (letters: readonly Letter[], more: Partial<Letters> = {}) =>
  letterDocument({
    ...{ school: 'École Les Œillets', classLabel: 'CM1', on: localDate('2024-09-02') },
    ...{ address: 'https://ent.example.org', letters, leftOut: [], ...more },
  });

test('AUT-1: whatever the way in and however long the names, a letter is one page, and its printer takes one side', async () => {
  const renewal = { ...coded, kind: 'RENEWAL_CODE' } as const;
  const ways = [wayIn(to, 'EDUCONNECT'), wayIn(guardian, 'EDUCONNECT'), wayIn(to, 'ACADEMIC_SSO')];
  const letters = [
    coded,
    { ...coded, to: guardian },
    renewal,
    { ...renewal, to: guardian },
    ...ways,
  ];
  const school = 'École élémentaire intercommunale '.repeat(6);
  for (const more of [
    {},
    {
      school,
      classLabel: 'Classe de Mme '.repeat(7),
      address: `https://${'ent.'.repeat(20)}example.org`,
    },
  ]) {
    const pdf = await printed([...letters, long], more);
    expect([...new PdfFile(pdf).pages()]).toHaveLength(letters.length + 1);
    expect(pdf.toString('latin1')).toContain('/Duplex /Simplex');
    expect(pdfWords(pdf).join(' ')).not.toMatch(/Page \d/);
  }
});

test('AUT-1: an identifier that takes several lines stands over nothing', async () => {
  const pdf = new PdfFile(await printed([long]));
  const [{ id } = { id: '' }] = pdf.pages();
  const content = /\/Contents (\d+) 0 R/.exec(pdf.objects.get(id) ?? '')?.[1] ?? '';
  const lines = pdf
    .streamOf(content)
    .toString('latin1')
    .matchAll(/1 0 0 1 218 ([\d.]+) Tm/g);
  const heights = [...lines].map(([, y]) => Number(y)).sort((a, b) => a - b);
  expect(heights.length).toBeGreaterThan(3);
  const gaps = heights.slice(1).map((y, at) => y - heights[at]!);
  expect(Math.min(...gaps)).toBeGreaterThan(10);
});

test('AUT-1: a guardian reads whose letter it is and that one way in serves for all children', async () => {
  const words = pdfWords(await printed([{ ...coded, to: guardian }])).join(' ');
  expect(words).toContain('À remettre par Ana, Noël et Zoé');
  expect(words).toContain('Un seul accès suffit');
});

test('AUT-1: a renewal code is typed where the password is, which is all that the ENT takes it for', async () => {
  const words = pdfWords(await printed([{ ...coded, kind: 'RENEWAL_CODE' }])).join(' ');
  expect(words).toMatch(/code de renouvellement à la place du mot de passe/);
  expect(words).not.toMatch(/Mot de passe oublié »/);
});
