import type { Case, CaseRequest } from '../case.js';
import { entry, equals, fields, is, noEntry, nothingIn, type Shape } from '../shape.js';
import { json, refused } from './answers.js';
import { administrators, usersOfSchool } from './user-cases.js';

const fieldsOfUpload = {
  ...{ type: 'CSV', structureName: '{structureName}', structureId: '{structure}' },
  ...{ structureExternalId: '{structureExternalId}', UAI: '{uai}' },
};
export const upload = (
  step: string,
  files: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): CaseRequest => ({
  ...{ method: 'POST', path: `/directory/wizard/${step}` },
  upload: {
    fields: { ...fieldsOfUpload, ...more },
    files: Object.fromEntries(
      Object.entries(files).map(([part, text]) => [part, { name: `${part}.csv`, text }]),
    ),
  },
});
const lines = (...each: readonly string[]) => each.map((line) => `${line}\r\n`).join('');
export const pupils = (...rows: readonly string[]) =>
  lines('Id;Nom;Prénom;Date de naissance;Classe', ...rows);
const relatives = (...rows: readonly string[]) =>
  lines('Id;Nom;Prénom;IdEnfant;Nom enfant;Prénom enfant', ...rows);

/** The CSV wizard, in a school of one's own. */
export const wizardCases: readonly Case[] = [
  {
    id: 'csv-columns',
    says: 'The first step says what it takes each column for.',
    source: '§3.1, step 1',
    certainty: 'F',
    level: 'WRITING',
    request: upload('column/mapping', { Student: pupils() }),
    expected: json(
      200,
      fields({
        mappings: fields({
          Student: fields({ Id: equals('externalId'), Classe: equals('classes') }),
        }),
        availableFields: fields({ Student: is('list') }),
      }),
    ),
  },
  {
    id: 'csv-classes',
    says: 'The second step says which of the classes it knows.',
    source: '§3.1, step 2',
    certainty: 'F',
    level: 'WRITING',
    request: upload('classes/mapping', {
      Student: pupils(
        'CONTRAT-{run}-7;Fichier;Élève;03/04/2015;Contrat {run}',
        'CONTRAT-{run}-8;Fichier;Autre;03/04/2015;Contrat {run} 4',
      ),
    }),
    expected: json(
      200,
      fields({
        classesMapping: fields({
          Student: fields({
            'Contrat {run}': equals('Contrat {run}'),
            'Contrat {run} 4': equals(''),
          }),
          dbClasses: is('list'),
        }),
      }),
    ),
  },
  {
    id: 'csv-import',
    says: 'A file makes the people it names, under the identifiers it gives, and their classes.',
    source: '§3.1, 2 and 8',
    certainty: 'F',
    level: 'WRITING',
    request: upload('import', {
      Student: pupils(
        'CONTRAT-{run}-7;Fichier;Élève;03/04/2015;Contrat {run} 4',
        'CONTRAT-{run}-8;Sans;Date;;Contrat {run} 4',
      ),
      Relative: relatives('CONTRAT-{run}-9;Fichier;Parent;CONTRAT-{run}-7;;'),
    }),
    // Whoever lacks what its profile needs is told, and the others are made.
    expected: json(200, fields({ Student: { length: 1 } })),
    effects: [
      administrators(
        entry(
          'CONTRAT-{run}-7',
          fields({ source: equals('CSV'), birthDate: equals('2015-04-03'), code: is('text') }),
          'externalId',
        ),
      ),
      administrators(noEntry('CONTRAT-{run}-8', 'externalId')),
      administrators(
        entry(
          'CONTRAT-{run}-9',
          fields({
            children: entry('CONTRAT-{run}-7', is('anything'), 'childExternalId'),
          }),
          'externalId',
        ),
      ),
      {
        request: {
          method: 'GET',
          path: '/directory/class/admin/list?structureId={structure}',
        },
        expected: json(
          200,
          entry('{structureExternalId}$Contrat {run} 4', is('anything'), 'externalId'),
        ),
      },
    ],
  },
  {
    id: 'csv-shows-what-it-would-do',
    says: 'The check shows each row with its line, its identifier, and whether it would make somebody or change who is there.',
    source: '§3.1, step 3',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Student: pupils(
        'CONTRAT-{run}-7;Fichier;Élève;03/04/2015;Contrat {run} 4',
        'CONTRAT-{run}-13;Fichier;Neuf;03/04/2015;Contrat {run} 4',
      ),
    }),
    expected: json(
      200,
      fields({
        importId: is('text'),
        Student: entry(
          'CONTRAT-{run}-13',
          fields({ line: equals(3), state: equals('Créé') }),
          'externalId',
        ),
      }),
    ),
    effects: [usersOfSchool(noEntry('CONTRAT-{run}-13', 'externalId'))],
  },
  {
    id: 'csv-shows-who-is-there',
    says: 'Who is there under the identifier is shown as changed.',
    source: '§3.1, step 3',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Student: pupils('CONTRAT-{run}-7;Fichier;Élève;03/04/2015;Contrat {run} 4'),
    }),
    expected: json(
      200,
      fields({
        Student: entry('CONTRAT-{run}-7', fields({ state: equals('Modifié') }), 'externalId'),
      }),
    ),
  },
  {
    id: 'csv-several-children',
    says: 'A guardian’s child column may stand several times on a line.',
    source: '§3.1',
    certainty: 'F',
    level: 'WRITING',
    request: upload('import', {
      Student: pupils('CONTRAT-{run}-14;Fichier;Second;03/04/2015;Contrat {run} 4'),
      Relative: lines(
        'Id;Nom;Prénom;Date de naissance;Classe;IdEnfant;IdEnfant',
        'CONTRAT-{run}-15;Fichier;Deux;;Contrat {run} 4;CONTRAT-{run}-7;CONTRAT-{run}-14',
        'CONTRAT-{run}-16;Fichier;Un;;Contrat {run} 4;CONTRAT-{run}-14;',
      ),
    }),
    expected: json(200, nothingIn),
    effects: [
      administrators(
        entry(
          'CONTRAT-{run}-15',
          fields({ children: { length: 2 }, allClasses: { length: 1 } }),
          'externalId',
        ),
      ),
      administrators(entry('CONTRAT-{run}-16', fields({ children: { length: 1 } }), 'externalId')),
    ],
  },
  {
    id: 'csv-lacks',
    says: 'A row that lacks what its profile needs is a soft error that says so, with status 200.',
    source: '§3.1, softErrors',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Student: pupils(
        'CONTRAT-{run}-17;Fichier;Avec;03/04/2015;Contrat {run} 4',
        'CONTRAT-{run}-18;Sans;Date;;Contrat {run} 4',
      ),
    }),
    expected: json(
      200,
      fields({
        softErrors: fields({
          Student: entry(
            'birthDate',
            fields({ line: equals('3'), hardError: equals(true) }),
            'attribute',
          ),
        }),
      }),
    ),
    remembers: { lackingImport: { take: 'importId' } },
  },
  {
    id: 'csv-leaves-out',
    says: 'Imported all the same, it leaves that row out and says which; the others are made.',
    source: '§3.1, 5 and 11',
    certainty: 'I',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/wizard/import/{lackingImport}' },
    expected: json(
      200,
      fields({
        usersExternalIds: is('list'),
        ignored: fields({
          Student: {
            only: fields({
              reason: is('text'),
              object: fields({ externalId: equals('CONTRAT-{run}-18') }),
            }),
          },
        }),
      }),
    ),
    effects: [
      usersOfSchool(entry('CONTRAT-{run}-17', is('anything'), 'externalId')),
      usersOfSchool(noEntry('CONTRAT-{run}-18', 'externalId')),
    ],
  },
  {
    id: 'csv-again',
    says: 'The same file again makes nobody, and a renamed pupil keeps login and identifier.',
    source: '§3.1, 9',
    certainty: 'F',
    level: 'WRITING',
    request: upload('import', {
      Student: pupils('CONTRAT-{run}-7;Fichier;Renommé;03/04/2015;Contrat {run} 4'),
    }),
    expected: json(200, nothingIn),
    effects: [
      usersOfSchool(
        entry(
          'CONTRAT-{run}-7',
          fields({ firstName: equals('Renommé'), displayName: equals('Fichier Élève') }),
          'externalId',
        ),
      ),
    ],
  },
  {
    id: 'csv-by-name',
    says: 'Without an identifier, one person of these names and birth date is that person, and is of the file from then on.',
    source: '§3.1, 3 and 9',
    certainty: 'F',
    level: 'WRITING',
    request: upload('import', {
      Student: lines(
        'Nom;Prénom;Date de naissance;Classe',
        'D’INVENTE-CONTRAT;autre;03/04/2015;Contrat {run} 2',
      ),
    }),
    expected: json(200, nothingIn),
    effects: [
      administrators(
        entry(
          '{sibling}',
          fields({ source: equals('CSV'), externalId: equals('CONTRAT-{run}-4') }),
        ),
      ),
    ],
  },
  {
    id: 'csv-soft-error',
    says: 'A guardian of a pupil whom nobody knows is a soft error with status 200; nothing is written yet.',
    source: '§3.1, 6',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Relative: relatives('CONTRAT-{run}-10;Fichier;Seul;;Inconnu;Enfant'),
    }),
    expected: json(
      200,
      fields({
        importId: is('text'),
        softErrors: fields({
          Relative: entry('missing.student.soft', fields({ line: equals('2') }), 'reason'),
        }),
      }),
    ),
    effects: [usersOfSchool(noEntry('CONTRAT-{run}-10', 'externalId'))],
    remembers: { importId: { take: 'importId' } },
  },
  {
    id: 'csv-import-validated',
    says: 'What was validated is imported by its identifier.',
    source: '§3.1, 5',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/wizard/import/{importId}' },
    expected: json(200, fields({ ignored: nothingIn })),
    effects: [usersOfSchool(entry('CONTRAT-{run}-10', is('anything'), 'externalId'))],
  },
  {
    id: 'csv-twice-in-file',
    says: 'An identifier twice in a file stops the import.',
    source: '§3.1, 2',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Student: pupils(
        'CONTRAT-{run}-11;Fichier;Un;03/04/2015;Contrat {run} 4',
        'CONTRAT-{run}-11;Fichier;Deux;03/04/2015;Contrat {run} 4',
      ),
    }),
    expected: json(400, fields({ errors: fields({ 'error.Student': is('list') }) })),
  },
  {
    id: 'csv-unknown-column',
    says: 'A column that nobody knows stops it, too.',
    source: '§3.1',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', { Student: lines('Id;Nom;Prénom;Pointure', '1;Un;Deux;30') }),
    expected: json(400, fields({ errors: fields({ 'error.Student': is('list') }) })),
  },
  {
    id: 'csv-too-long',
    says: 'A file of a mebibyte is refused.',
    source: '§3.1',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', { Student: pupils(`1;Un;${'e'.repeat(1024 * 1024)};;`) }),
    expected: refused('^csv\\.file\\.too\\.long$'),
  },
  {
    id: 'csv-not-a-file',
    says: 'A file that is not called .csv is refused.',
    source: '§3.1',
    certainty: 'F',
    level: 'WRITING',
    request: {
      ...{ method: 'POST', path: '/directory/wizard/validate' },
      upload: {
        fields: fieldsOfUpload,
        files: { Student: { name: 'eleves.txt', text: pupils() } },
      },
    },
    expected: refused('^invalid\\.file\\.extension$'),
  },
  {
    id: 'csv-predelete',
    says: 'With `predelete`, those of an earlier file who are not in this one are pre-deleted; nobody made by hand is.',
    source: '§3.1, 12',
    certainty: 'F',
    level: 'WRITING',
    request: upload(
      'import',
      { Relative: relatives('CONTRAT-{run}-9;Fichier;Parent;CONTRAT-{run}-7;;') },
      { predelete: 'true' },
    ),
    expected: json(200, nothingIn),
    effects: [
      usersOfSchool(noEntry('CONTRAT-{run}-10', 'externalId')),
      usersOfSchool(entry('CONTRAT-{run}-9', is('anything'), 'externalId')),
      usersOfSchool(entry('CONTRAT-{run}-7', is('anything'), 'externalId')),
      usersOfSchool(entry('{relative}')),
    ],
  },
];

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
export const fileCases: readonly Case[] = [
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
          'Nom;Prénom;Nom enfant;Prénom enfant',
          'Même;Nom;Un;Élève',
          'Même;Nom;Deux;Élève',
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
