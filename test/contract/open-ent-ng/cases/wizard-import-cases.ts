import type { Case } from '../case.js';
import { entry, equals, fields, is, noEntry, nothingIn } from '../shape.js';
import { json } from './answers.js';
import { administrators, usersOfSchool } from './user-cases.js';
import { lines, pupils, relatives, upload } from './wizard-upload.js';

/** The CSV wizard makes and changes people, in a school of one’s own. */
export const importCases: readonly Case[] = [
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
      Relative: relatives('CONTRAT-{run}-9;Fichier;Parent;CONTRAT-{run}-7;;;'),
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
];

/** Last: it takes away whom the other files brought. */
export const predeleteCases: readonly Case[] = [
  {
    id: 'csv-predelete',
    says: 'With `predelete`, those of an earlier file who are not in this one are pre-deleted; nobody made by hand is.',
    source: '§3.1, 12',
    certainty: 'F',
    level: 'WRITING',
    request: upload(
      'import',
      { Relative: relatives('CONTRAT-{run}-9;Fichier;Parent;CONTRAT-{run}-7;;;') },
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
