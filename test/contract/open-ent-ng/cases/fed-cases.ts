import { type Case, type CaseRequest, entcore } from '../case.js';
import { entry, equals, fields, is, noEntry, nothingIn } from '../shape.js';
import { json, nobody, openedSession, refused, seen } from './answers.js';
import { user, usersOfSchool } from './user-cases.js';
import { pupils, upload } from './wizard-upload.js';

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
    id: 'importer-waits',
    says: 'A creation waits for a shorter import, and succeeds.',
    source: 'row O',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [importer({ lastsMs: 300, answerAfterMs: 30_000 })],
    request: {
      ...{ method: 'POST', path: '/directory/class/{class}/user' },
      json: { ...pupil, externalId: 'CONTRAT-{run}-32' },
    },
    expected: { ...json(201, fields({ id: is('uuid') })), seenIn: entcore },
    then: [importer({})],
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
/** Before the academy delivers it. */
const knownSchool: CaseRequest = {
  ...{ method: 'POST', path: '/directory/school' },
  json: { name: 'École connue', UAI: '0440004D', externalId: '0440004D' },
};
const delivered = (...people: readonly object[]): CaseRequest => ({
  ...{ method: 'POST', path: '/__simulator/feed' },
  json: {
    academy: 'ACADEMIE',
    schools: [
      { key: '1', uai: '0440003C', name: 'École alimentée' },
      { key: '2', uai: '0440004D', name: 'Autre école alimentée' },
    ],
    people,
  },
});
const administering = (scope: readonly string[] | undefined): CaseRequest => ({
  ...{ method: 'POST', path: '/__simulator/technical-account' },
  json: scope === undefined ? {} : { scope },
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

const usersOfStructure = (ofTwin: Parameters<typeof json>[1]) => ({
  request: { method: 'GET', path: '/directory/structure/{structure}/users' } as const,
  expected: { ...json(200, entry('{twin}', ofTwin)), seenIn: entcore },
});

/** People whom an academy feeds, and the ways in that find them by their key: of a simulator alone. */
export const fedCases: readonly Case[] = [
  {
    id: 'fed-school',
    says: 'A fed school bears the academy’s key as its externalId, not its UAI.',
    source: '§3.2',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [knownSchool, delivered(student, parent, teacher, clerk)],
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
    id: 'fed-renamed-by-hand',
    says: 'What is changed by hand, the next feed states anew; a block stays, and so does the login.',
    source: '§1.5, §4',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [{ method: 'PUT', path: '/auth/block/{fedPupil}', json: { block: true } }],
    request: { method: 'PUT', path: '/directory/user/{fedPupil}', json: { lastName: 'Autrement' } },
    expected: json(200, fields({ id: equals('{fedPupil}') })),
    then: [delivered(student, parent, teacher, clerk)],
    effects: [
      user(
        'fedPupil',
        fields({
          ...{ lastName: equals('ALIMENTÉ'), login: equals('prenom.alimente') },
          blocked: equals(true),
        }),
      ),
    ],
  },
  {
    id: 'fed-detached',
    says: 'Who was detached from a school by hand is not attached again by the next feed.',
    source: '§1.1',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'DELETE', path: '/directory/structure/{fedStructure}/unlink/{fedPupil}' },
    expected: seen(json(200, nothingIn), json(200, fields({ id: equals('{fedPupil}') }))),
    then: [delivered(student, parent, teacher, clerk)],
    effects: [fedUsers(noEntry('{fedPupil}'))],
  },
  {
    id: 'fed-class',
    says: 'A fed class is listed with those made by hand.',
    source: '§1.2',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'GET', path: '/directory/class/admin/list?structureId={fedStructure}' },
    expected: json(200, entry('CP', is('anything'), 'name')),
    remembers: { fedClass: { where: { name: 'CP' }, take: 'id' } },
  },
  {
    id: 'fed-detached-joins-class',
    says: 'Joining a class of that school holds until the next feed.',
    source: 'row H',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'PUT', path: '/directory/class/{fedClass}/link/{fedPupil}' },
    expected: json(200, fields({ id: equals('{fedPupil}') })),
    then: [delivered(student, parent, teacher, clerk)],
    effects: [fedUsers(noEntry('{fedPupil}'))],
  },
  {
    id: 'fed-detached-linked',
    says: 'A link to the school ends that: later feeds keep the user there.',
    source: 'row H; entcore, `Structure.attach`',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'PUT', path: '/directory/structure/{fedStructure}/link/{fedPupil}' },
    expected: json(200, fields({ id: equals('{fedPupil}') })),
    then: [delivered(student, parent, teacher, clerk)],
    effects: [fedUsers(entry('{fedPupil}'))],
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
    id: 'federated-made-under-its-key',
    says: 'Who is made by a call under its key comes in by it.',
    source: 'addendum',
    certainty: 'F',
    level: 'SIMULATOR',
    request: federated('FrEduIdENT', 'CONTRAT-{run}-6'),
    expected: openedSession,
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
    id: 'fed-school-known-by-uai',
    says: 'A school that is there under another externalId is found by its UAI, and keeps externalId and name.',
    source: '§3.2 (feeder, `createOrUpdateStructure`)',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [delivered(student, parent, teacher, clerk, person('15', 'Guest', { school: '2' }))],
    request: { method: 'GET', path: '/directory/structure/admin/list' },
    expected: json(
      200,
      entry(
        '0440004D',
        fields({ externalId: equals('0440004D'), name: equals('École connue') }),
        'UAI',
      ),
    ),
    remembers: { schoolOfBoth: { where: { UAI: '0440004D' }, take: 'id' } },
    effects: [
      {
        request: { method: 'GET', path: '/directory/users?structureId={schoolOfBoth}' },
        expected: json(200, entry('ACADEMIE-15', is('anything'), 'externalId')),
      },
    ],
  },
  {
    id: 'fed-own-class',
    says: 'A class that a call makes before the feed has the externalId of its school, `$` and its name.',
    source: '§1.2, row I',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      ...{ method: 'POST', path: '/directory/class/{schoolOfBoth}?setDefaultRoles=true' },
      json: { name: 'CE1', level: 'CE1' },
    },
    expected: { ...json(201, fields({ id: is('uuid') })), seenIn: entcore },
    remembers: { ownClass: { take: 'id' } },
  },
  {
    id: 'fed-takes-over',
    says: 'The feed takes a user by its key: same id and login, last name in capitals, in a second class of that name and no more in ours.',
    source: 'row I',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      ...{ method: 'POST', path: '/directory/class/{ownClass}/user' },
      json: {
        ...{ firstName: 'Prénom', lastName: 'Repris', type: 'Student', birthDate: '2015-04-03' },
        externalId: 'ACADEMIE-16',
      },
    },
    expected: { ...json(201, fields({ id: is('uuid') })), seenIn: entcore },
    remembers: { taken: { take: 'id' }, takenLogin: { take: 'login' } },
    then: [
      delivered(
        ...[student, parent, teacher, clerk],
        person('16', 'Student', {
          ...{ lastName: 'Repris', birthDate: '2015-04-03', school: '2', className: 'CE1' },
        }),
      ),
    ],
    effects: [
      {
        request: {
          ...{ method: 'GET', path: '/directory/user/admin/list?structureId={schoolOfBoth}' },
        },
        expected: json(
          200,
          entry(
            '{taken}',
            fields({
              ...{ login: equals('{takenLogin}'), source: equals('AAF1D') },
              ...{ lastName: equals('REPRIS'), externalId: equals('ACADEMIE-16') },
              allClasses: noEntry('{ownClass}'),
              code: is('activation code'),
            }),
          ),
        ),
      },
      {
        request: { method: 'GET', path: '/directory/class/admin/list?structureId={schoolOfBoth}' },
        expected: json(200, { length: 2 }),
      },
      {
        request: { method: 'GET', path: '/directory/class/admin/list?structureId={schoolOfBoth}' },
        expected: json(200, entry('{ownClass}', fields({ name: equals('CE1') }))),
      },
    ],
  },
  {
    id: 'fed-twin',
    says: 'Somebody of the names and birth date of a fed person, under another identifier, is a second user that no feed marks.',
    source: 'row I',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      ...{ method: 'POST', path: '/directory/class/{class}/user' },
      json: {
        ...{ firstName: 'Prénom', lastName: 'Alimenté', type: 'Student', birthDate: '2015-04-03' },
        externalId: 'CONTRAT-{run}-20',
      },
    },
    expected: json(201, fields({ id: is('uuid') })),
    then: [delivered(student, parent, teacher, clerk)],
    remembers: { twin: { take: 'id' }, twinLogin: { take: 'login' } },
    effects: [usersOfStructure(fields({ duplicates: { length: 0 } }))],
  },
  {
    id: 'twin-marked',
    says: 'The job that looks for duplicates marks it.',
    source: '§1.12, §1.1.b',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [{ method: 'POST', path: '/__simulator/duplicates', json: {} }],
    ...usersOfStructure(
      fields({ duplicates: { only: fields({ id: equals('{fedPupil}'), score: equals(4) }) } }),
    ),
  },
  {
    id: 'twin-code',
    says: 'It has a code as everybody has.',
    source: '§1.4',
    certainty: 'F',
    level: 'SIMULATOR',
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: json(200, entry('{twin}', fields({ code: is('activation code') }))),
    remembers: { twinCode: { where: { id: '{twin}' }, take: 'code' } },
  },
  {
    id: 'twin-not-activated',
    says: 'But is not activated by it: the refusal comes in JSON with status 200.',
    source: '§1.9',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      ...{ method: 'POST', path: '/auth/activation', as: 'nobody' },
      form: {
        ...{ login: '{twinLogin}', activationCode: '{twinCode}', acceptCGU: 'true' },
        ...{ password: 'un mot de passe inventé', confirmPassword: 'un mot de passe inventé' },
      },
    },
    expected: json(200, fields({ error: fields({ message: is('text') }) })),
    effects: [usersOfSchool(entry('{twin}', fields({ code: is('activation code') })))],
  },
  {
    id: 'csv-key-outside-scope',
    says: 'An ADML’s file that names somebody of a school outside its scope is stopped by the check.',
    source: '§3.1, quirk',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [administering(['0440003C'])],
    request: upload(
      'validate',
      { Student: pupils('CONTRAT-{run}-20;Alimenté;Prénom;03/04/2015;CP') },
      {
        ...{ structureName: 'École alimentée', structureId: '{fedStructure}' },
        ...{ structureExternalId: 'ACADEMIE-1', UAI: '0440003C' },
      },
    ),
    expected: json(400, fields({ errors: fields({ 'error.Student': { length: 1 } }) })),
    then: [administering(undefined)],
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
        expected: nobody,
      },
    ],
  },
];
