import { type Case, entcore } from '../case.js';
import { entry, equals, fields, is, noEntry, nothingIn } from '../shape.js';
import { json, refused, seen } from './answers.js';
import { usersOfSchool } from './user-cases.js';
import { fieldsOfUpload, lines, pupils, relatives, upload } from './wizard-upload.js';

/** What the first steps say of a file, before anybody of it is there. */
export const mappingCases: readonly Case[] = [
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
];

/** What the check says of a file, and what is imported of one that was checked; after `importCases`, whose people it knows. */
export const checkCases: readonly Case[] = [
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
    id: 'csv-child-without-class',
    says: 'Columns of a child’s names without one of its class stop the file.',
    source: 'row N',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Relative: lines(
        'Id;Nom;Prénom;Nom enfant;Prénom enfant',
        'CONTRAT-{run}-10;Un;Seul;Inconnu;Enfant',
      ),
    }),
    expected: { ...json(400, fields({ errors: is('anything') })), seenIn: entcore },
  },
  {
    id: 'csv-soft-error',
    says: 'A guardian of a pupil whom nobody knows is a soft error with status 200; nothing is written yet.',
    source: '§3.1, 6',
    certainty: 'F',
    level: 'WRITING',
    request: upload('validate', {
      Relative: relatives('CONTRAT-{run}-10;Fichier;Seul;;Inconnu;Enfant;CP'),
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
    id: 'csv-report',
    says: 'The report of the check is read by its identifier.',
    source: '§3.1, 3b',
    certainty: 'I',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/wizard/import/{importId}' },
    expected: { status: 200, type: 'JSON' },
  },
  {
    id: 'csv-import-validated',
    says: 'What was validated is imported by its identifier; its list of errors is there, and empty.',
    source: '§3.1, 5, row C',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/wizard/import/{importId}' },
    expected: seen(
      json(200, fields({ errors: nothingIn, ignored: nothingIn })),
      json(200, fields({ ignored: nothingIn })),
    ),
    effects: [usersOfSchool(entry('CONTRAT-{run}-10', is('anything'), 'externalId'))],
  },
  {
    id: 'csv-import-too-early',
    says: 'The report of a long file is saved after the answer: an import sent at once is refused, and nothing is written.',
    source: 'row D',
    certainty: 'F',
    level: 'SIMULATOR',
    request: upload('validate', {
      Student: pupils(
        ...Array.from(
          { length: 300 },
          (_, at) => `CONTRAT-{run}-L${at};Fichier;Long;03/04/2015;Contrat {run} 2`,
        ),
      ),
    }),
    expected: json(200, fields({ importId: is('text') })),
    remembers: { longImport: { take: 'importId' } },
    effects: [
      {
        request: { method: 'PUT', path: '/directory/wizard/import/{longImport}' },
        expected: json(400, fields({ errors: fields({ global: { only: equals(null) } }) })),
      },
      usersOfSchool(noEntry('CONTRAT-{run}-L1', 'externalId')),
    ],
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
];
