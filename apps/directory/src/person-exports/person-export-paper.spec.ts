import { expect, test } from '@jest/globals';
import { pdfStructure } from '../../../../test/support/pdf-structure.js';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import { exported, why } from '../../test/a-person-export.test-support.js';
import { personExportPaper } from './person-export-paper.js';

test('RGPD 15: the paper tells every table, why and how long, what holds nothing, and the rights', async () => {
  const bytes = await personExportPaper(exported, 'Vous pouvez demander la rectification.');
  const words = pdfWords(bytes).join(' ');
  for (const said of [
    ...['DONNÉES PERSONNELLES DÉTENUES', '3 juillet 2024', exported.personId],
    ...['Identité', 'Kerduval-Şahin', 'Ouvrir un accès.', 'Durée : Trois mois.'],
    ...['28 novembre 2016', '1er juillet 2024 à 08:05', '2016-13-28'],
    ...['Liens de famille', 'comme ci-dessus', 'Rien.', 'Ne détiennent rien', 'facturation'],
    'Vous pouvez demander la rectification.',
  ])
    expect(words).toContain(said);
  expect(words).not.toContain('2016-11-28');
  expect(words.match(/Durée : Trois mois/g)).toHaveLength(1);
  // The same reading gives the same bytes.
  expect(await personExportPaper(exported, 'Vous pouvez demander la rectification.')).toEqual(
    bytes,
  );
});

test('RGPD 15: no word is cut while there is room, and a column in which nothing is said takes none', async () => {
  const accountId = 'a3704954-0678-89f6-a810-9fcf1a6d9248';
  const columns = ['Compte', 'Profil', 'École', 'Identifiant de connexion', 'Décidé par'];
  const rows = [[accountId, 'Élève', '0440437L', 'rose.aitslimour2', '']];
  const accounts = { ...why, title: 'Comptes', columns, rows };
  const services = [{ service: 'provisioning', tables: [accounts] }];
  const words = pdfWords(await personExportPaper({ ...exported, services }, 'Vos droits.'));
  expect(words).toEqual(expect.arrayContaining([accountId, 'Élève', '0440437L']));
  expect(words.join(' ')).not.toContain('Décidé');
});

test('RGPD 15: who hears the paper read out is told its headings, its tables and their rows, in order, and nothing else is written', async () => {
  const rows = Array.from({ length: 120 }, (_, at) => [`Donnée ${at}`, 'oui']);
  const long = { ...why, title: 'Comptes', columns: ['Donnée', 'Valeur'], rows };
  const two = [...exported.services, { service: 'provisioning', tables: [long] }];
  const bytes = await personExportPaper({ ...exported, services: two }, 'Vos droits sont là.');
  const { root, untagged } = pdfStructure(bytes);
  expect(untagged).toEqual([]);
  expect(root.kind).toBe('Document');
  const kinds = root.children.map(({ kind, text }) => (/^H/.test(kind) ? `${kind} ${text}` : kind));
  expect(kinds).toEqual([
    ...['H1 DONNÉES PERSONNELLES DÉTENUES', 'P', 'P'],
    ...['H2 Identité', 'P', 'Table', 'H2 Liens de famille', 'P', 'P', 'H2 Comptes', 'P', 'Table'],
    ...['H2 Rien d’autre', 'P', 'H2 Vos droits', 'P', 'P'],
  ]);
  const [first, second] = root.children.filter(({ kind }) => kind === 'Table');
  const inWords = (row: (typeof root)['children'][number]) =>
    row.children.map(({ kind, text }) => `${kind} ${text}`);
  expect(first!.children.map(({ kind }) => kind)).toEqual(Array(5).fill('TR'));
  expect(first!.children.slice(0, 2).map(inWords)).toEqual([
    ['TH Donnée', 'TH Valeur'],
    ['TD Nom', 'TD Kerduval-Şahin'],
  ]);
  // Over several pages it is one table: its header, which each page repeats, is read out once.
  expect(second!.children.map((row) => inWords(row)[0])).toEqual([
    'TH Donnée',
    ...rows.map(([name]) => `TD ${name}`),
  ]);
  const pdf = bytes.toString('latin1');
  for (const said of ['%PDF-1.7', '/Marked true', '/Lang (fr-FR)', '/DisplayDocTitle true'])
    expect(pdf).toContain(said);
  expect(pdf.match(/\/Type \/Page\n/g)!.length).toBeGreaterThan(2);
  expect(pdf.match(/\/Scope \/Column/g)).toHaveLength(4);
  // A list of contents: each heading leads to its page.
  expect(pdf.match(/\/Dest \[/g)).toHaveLength(5);
});
