import type { Case, CaseRequest } from '../case.js';
import { entry, equals, fields, is, noEntry, nothingIn } from '../shape.js';
import { json, noBody, openedSession, refused } from './answers.js';
import { administrators, user, usersOfSchool } from './user-cases.js';

const fieldsOfUpload = {
  ...{ type: 'CSV', structureName: '{structureName}', structureId: '{structure}' },
  ...{ structureExternalId: '{structureExternalId}', UAI: '{uai}' },
};
const upload = (
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
const pupils = (...rows: readonly string[]) =>
  lines('Id;Nom;Prénom;Date de naissance;Classe', ...rows);
const relatives = (...rows: readonly string[]) =>
  lines('Id;Nom;Prénom;IdEnfant;Nom enfant;Prénom enfant', ...rows);

/** The CSV wizard, in a school of one's own. */
export const wizardCases: readonly Case[] = [
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

const importer = (json: Readonly<Record<string, number>>) =>
  ({ method: 'POST', path: '/__simulator/importer', json }) as const;
const pupil = {
  ...{ firstName: 'Prénom', lastName: 'Attendu', type: 'Student', birthDate: '2015-04-03' },
};

/** One writer: of a simulator alone, since no API begins an import and holds it. */
export const importerCases: readonly Case[] = [
  {
    id: 'importer-busy',
    says: 'While an import runs, a change is told to have timed out, and is done all the same afterwards.',
    source: '§6',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [importer({ lastsMs: 600_000, answerAfterMs: 20 })],
    request: {
      ...{ method: 'POST', path: '/directory/class/{class}/user' },
      json: { ...pupil, externalId: 'CONTRAT-{run}-12' },
    },
    expected: refused('^Timed out after waiting'),
    then: [importer({})],
    effects: [usersOfSchool(entry('CONTRAT-{run}-12', is('anything'), 'externalId'))],
  },
  {
    id: 'importer-busy-reads',
    says: 'Reading goes on meanwhile.',
    source: '§6',
    certainty: 'I',
    level: 'SIMULATOR',
    given: [importer({ lastsMs: 600_000, answerAfterMs: 20 })],
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: json(200, is('list')),
    then: [importer({})],
  },
];

const person = (key: string, profile: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ key, profile, firstName: 'Prénom', lastName: 'Alimenté', school: '1', ...more },
});
const student = person('11', 'Student', { birthDate: '2015-04-03', className: 'CP' });
const parent = person('12', 'Relative', { children: ['11'] });
const teacher = person('13', 'Teacher', { emailAcademy: 'prenom.alimente@example.org' });
const clerk = person('14', 'Personnel');
const delivered = (...people: readonly object[]): CaseRequest => ({
  ...{ method: 'POST', path: '/__simulator/feed' },
  json: {
    academy: 'ACADEMIE',
    schools: [{ key: '1', uai: '0440003C', name: 'École alimentée' }],
    people,
  },
});
const federated = (attribute: string, value: string): CaseRequest => ({
  ...{ method: 'POST', path: '/auth/saml/acs', as: 'nobody', assertion: { attribute, value } },
});
const fedUsers = (shape: Parameters<typeof json>[1]) => ({
  request: {
    method: 'GET',
    path: '/directory/user/admin/list?structureId={fedStructure}',
  } as const,
  expected: json(200, shape),
});
const active = (externalId: string) =>
  fedUsers(entry(externalId, fields({ code: is('nothing') }), 'externalId'));

/** People whom an academy feeds, and the ways in that find them by their key: of a simulator alone. */
export const fedCases: readonly Case[] = [
  {
    id: 'fed-school',
    says: 'A fed school bears the academy’s key as its externalId, not its UAI.',
    source: '§3.2',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [delivered(student, parent, teacher, clerk)],
    request: { method: 'GET', path: '/directory/structure/admin/list' },
    expected: json(200, entry('0440003C', fields({ externalId: equals('ACADEMIE-1') }), 'UAI')),
    remembers: { fedStructure: { where: { UAI: '0440003C' }, take: 'id' } },
  },
  {
    id: 'fed-pupil',
    says: 'A fed person’s externalId is `<ACADEMY>-<key>`.',
    source: '§3.2, addendum',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'GET', path: '/directory/users?structureId={fedStructure}' },
    expected: json(200, entry('ACADEMIE-11', is('anything'), 'externalId')),
    remembers: { fedPupil: { where: { externalId: 'ACADEMIE-11' }, take: 'id' } },
  },
  {
    id: 'fed-delete',
    says: 'No call deletes whom a feed states.',
    source: '§1.6',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'DELETE', path: '/directory/user?userId={fedPupil}' },
    expected: refused('^unauthorized\\.user$'),
    effects: [user('fedPupil', fields({ deleteDate: is('nothing') }))],
  },
  {
    id: 'fed-csv',
    says: 'No file of the wizard takes over the identifier of a fed person.',
    source: '§3.1, 2',
    certainty: 'F',
    level: 'SIMULATOR',
    request: upload('validate', { Student: pupils('ACADEMIE-11;Un;Deux;03/04/2015;Contrat') }),
    expected: json(400, fields({ errors: fields({ 'error.Student': is('list') }) })),
  },
  {
    id: 'fed-detached',
    says: 'Who was detached from a school by hand is not attached again by the next feed.',
    source: '§1.1',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'DELETE', path: '/directory/structure/{fedStructure}/unlink/{fedPupil}' },
    expected: json(200, fields({ id: equals('{fedPupil}') })),
    then: [delivered(student, parent, teacher, clerk)],
    effects: [fedUsers(noEntry('{fedPupil}'))],
  },
  {
    id: 'federated-guardian',
    says: 'ÉduConnect finds a guardian by the key, and the account is used from then on.',
    source: 'addendum, §4',
    certainty: 'F',
    level: 'SIMULATOR',
    request: federated('FrEduCtRefId', 'ACADEMIE-12'),
    expected: openedSession,
    effects: [active('ACADEMIE-12')],
  },
  {
    id: 'federated-staff-by-key',
    says: 'The academy’s single sign-on finds staff by the key.',
    source: 'addendum',
    certainty: 'F',
    level: 'SIMULATOR',
    request: federated('FrEduIdENT', 'ACADEMIE-14'),
    expected: openedSession,
    effects: [active('ACADEMIE-14')],
  },
  {
    id: 'federated-staff-by-mail',
    says: 'Or by the academic mail.',
    source: 'addendum',
    certainty: 'F',
    level: 'SIMULATOR',
    request: federated('mail', 'prenom.alimente@example.org'),
    expected: openedSession,
    effects: [active('ACADEMIE-13')],
  },
  {
    id: 'federated-made-by-us',
    says: 'Staff made by a call comes in by the academic mail that the call gave.',
    source: 'addendum, appendix A',
    certainty: 'I',
    level: 'SIMULATOR',
    request: federated('mail', 'contrat.{run}@example.org'),
    expected: openedSession,
    effects: [usersOfSchool(entry('{teacher}', fields({ code: is('nothing') })))],
  },
  {
    id: 'federated-nobody',
    says: 'Whoever is known under another externalId does not come in.',
    source: 'addendum',
    certainty: 'F',
    level: 'SIMULATOR',
    request: federated('FrEduCtRefId', 'ACADEMIE-99'),
    expected: { status: 302, type: 'ANY', noCookie: 'oneSessionId' },
  },
  {
    id: 'fed-missing',
    says: 'Who is missing from a feed is marked; then a call deletes him.',
    source: '§1.6, §3.2',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [delivered(parent, teacher, clerk)],
    request: { method: 'DELETE', path: '/directory/user?userId={fedPupil}' },
    expected: json(200, nothingIn),
    effects: [
      {
        request: { method: 'GET', path: '/directory/user/{fedPupil}' },
        expected: noBody(404),
      },
    ],
  },
];
