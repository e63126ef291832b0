import type { Case } from '../case.js';
import { entry, equals, fields, is, nothingIn, type Shape } from '../shape.js';
import { json } from './answers.js';
import { lines, pupils, upload } from './wizard-upload.js';

const schoolOfFile = { structureName: 'École du fichier', structureExternalId: 'fichier-{run}' };
const uploadOfFile = (
  files: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
) => upload('import', files, { ...schoolOfFile, structureId: '', UAI: '', ...more });
const usersOfFile = (shape: Shape) => ({
  request: { method: 'GET', path: '/directory/users?structureId={fileStructure}' } as const,
  expected: json(200, shape),
});
const withoutIds = (...rows: readonly string[]) =>
  lines('Nom;Prénom;Date de naissance;Classe', ...rows);

/** What the wizard does to who has no identifier, in a school that it makes itself: of a simulator alone. */
export const wizardSchoolCases: readonly Case[] = [
  {
    id: 'csv-makes-school',
    says: 'Files of a school that nobody knows make it; a name is cut at its first _.',
    source: '§3.1, 1',
    certainty: 'F',
    level: 'SIMULATOR',
    request: uploadOfFile(
      {
        Student: withoutIds('Un;Élève;03/04/2015;CP', 'Deux;Élève;03/04/2015;CP'),
        Relative: lines(
          'Nom;Prénom;Nom enfant;Prénom enfant;Classe enfant',
          'Même;Nom;Un;Élève;CP',
          'Même;Nom;Deux;Élève;CP',
        ),
      },
      { structureName: 'École du fichier_de juin' },
    ),
    expected: json(200, nothingIn),
    effects: [
      {
        request: { method: 'GET', path: '/directory/structure/admin/list' },
        expected: json(
          200,
          entry('fichier-{run}', fields({ name: equals('École du fichier') }), 'externalId'),
        ),
      },
    ],
  },
  {
    id: 'csv-homonym-parents',
    says: 'Two guardians of one name are one account, linked to the children of both.',
    source: '§3.1, 4',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'GET', path: '/directory/structure/admin/list' },
    expected: json(200, entry('fichier-{run}', is('anything'), 'externalId')),
    remembers: { fileStructure: { where: { externalId: 'fichier-{run}' }, take: 'id' } },
    effects: [usersOfFile({ length: 3 })],
  },
  {
    id: 'csv-renamed',
    says: 'Without an identifier, who is renamed is somebody new; the one of before stays.',
    source: '§3.1, 3',
    certainty: 'F',
    level: 'SIMULATOR',
    request: uploadOfFile({ Student: withoutIds('Autrement;Élève;03/04/2015;CP') }),
    expected: json(200, nothingIn),
    effects: [usersOfFile({ length: 4 })],
  },
  {
    id: 'csv-known-elsewhere',
    says: 'An identifier that somebody of another school bears is that person: the check shows a change, of names too.',
    source: '§3.1, 2 and 9',
    certainty: 'I',
    level: 'SIMULATOR',
    request: upload(
      'validate',
      { Student: pupils('CONTRAT-{run}-7;Tout;Autre;03/04/2015;CP') },
      { ...schoolOfFile, structureId: '', UAI: '' },
    ),
    expected: json(
      200,
      fields({
        Student: entry('CONTRAT-{run}-7', fields({ state: equals('Modifié') }), 'externalId'),
      }),
    ),
  },
  {
    id: 'csv-transition',
    says: 'With `transition`, the classes go before the files are read.',
    source: '§3.1, 13',
    certainty: 'F',
    level: 'SIMULATOR',
    request: uploadOfFile(
      { Student: withoutIds('Autrement;Élève;03/04/2015;CE1') },
      { transition: 'true' },
    ),
    expected: json(200, nothingIn),
    effects: [
      {
        request: { method: 'GET', path: '/directory/class/admin/list?structureId={fileStructure}' },
        expected: json(200, { length: 1 }),
      },
      usersOfFile({ length: 4 }),
    ],
  },
];
