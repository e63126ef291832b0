import { canBeALine, canBeInFiles, checkedFile, importedFile, uploadOf } from './ent-file.js';
import type { EntFilePerson } from './ent-gateway.js';

const pupil = (externalId: string, more: Partial<EntFilePerson> = {}): EntFilePerson => ({
  ...{ externalId, profile: 'Student', firstName: 'Prénom', lastName: 'Inventé' },
  ...{ birthDate: '2015-04-03', classLabel: 'CP', childExternalIds: [], ...more },
});
const guardian = (externalId: string, ...childExternalIds: string[]) =>
  pupil(externalId, {
    profile: 'Relative',
    birthDate: '',
    classLabel: 'Familles',
    childExternalIds,
  });
const school = { structureId: 's', name: 'École', externalId: '0440001A', uai: '0440001A' };
const people = [pupil('p-1'), pupil('p-2'), guardian('r-1', 'p-1', 'p-2'), guardian('r-2')];

const row = (externalId: string, more = {}) => ({ externalId, state: 'Créé', ...more });
const answered = (body: unknown) => ({ isDone: true as const, body });
const whole = (more = {}) => ({
  importId: 'i-1',
  ...{ Student: [row('p-1'), row('p-2')], Relative: [row('r-1'), row('r-2')], ...more },
});
const stopped = (words: string) => ({ isDone: false as const, status: 400, words });

test('PRV-4: writes one file for each profile, with the identifier of each and a column for each child', () => {
  const { fields, files } = uploadOf(school, people);
  expect(fields).toEqual({
    ...{ type: 'CSV', structureId: 's', structureName: 'École' },
    ...{ structureExternalId: '0440001A', UAI: '0440001A' },
  });
  expect(files.map(({ part, text }) => [part, text])).toEqual([
    [
      'Student',
      '\ufeffId;Nom;Prénom;Date de naissance;Classe\r\np-1;Inventé;Prénom;2015-04-03;CP\r\np-2;Inventé;Prénom;2015-04-03;CP\r\n',
    ],
    [
      'Relative',
      '\ufeffId;Nom;Prénom;Date de naissance;Classe;IdEnfant;IdEnfant\r\nr-1;Inventé;Prénom;;Familles;p-1;p-2\r\nr-2;Inventé;Prénom;;Familles;;\r\n',
    ],
  ]);
});

test.each([
  ['an ordinary name', {}, true],
  ['a name with a semicolon', { lastName: 'Le; Bihan' }, true],
  ['a quote, which the reader may take apart', { lastName: 'Le "Bihan' }, false],
  ['a backslash, its escape sign', { lastName: 'Le\\Bihan' }, false],
  ['a line end, after which no line is where it was', { firstName: 'Prénom\nAutre' }, false],
  ['NUL', { firstName: 'Pré\0nom' }, false],
  ['a line separator', { firstName: 'Pré\u2028nom' }, false],
  ['a name of no person', { lastName: 'x'.repeat(101) }, false],
  ['an identifier with a blank, which is taken away', { externalId: 'NANTES-1 2' }, false],
  ['no class', { classLabel: '' }, false],
])('PRV-4: %s is a line or a call: %j', (_what, more, can) => {
  expect(canBeALine(pupil('p-1', more))).toBe(can);
});

test.each([
  ['École Jules-Ferry', '0440001A', true],
  ['École_Jules', '0440001A', false],
  ['École @ la mer', '0440001A', false],
  ['École', 'NANTES_1', false],
  ['', '0440001A', false],
])('PRV-4: a school named %s under %s may be in files: %j', (name, externalId, can) => {
  expect(canBeInFiles({ name, externalId })).toBe(can);
});

test('PRV-4: knows who is there already, and who will be left out, and why', () => {
  const softErrors = {
    reasons: ['missing.attribute', 'missing.student.soft'],
    Student: [{ line: '3', reason: 'missing.attribute', attribute: 'birthDate', hardError: true }],
    // A link that is not made leaves nobody out.
    Relative: [{ line: '2', reason: 'missing.student.soft', attribute: 'NO_ATTR' }],
  };
  const Relative = [row('r-1'), row('r-2', { state: 'Modifié' })];
  expect(checkedFile(answered(whole({ Relative, softErrors })), people)).toEqual({
    ...{ is: 'READY', importId: 'i-1', known: new Set(['r-2']) },
    refused: new Map([['p-2', 'ENT_BIRTH_DATE_MISSING']]),
  });
});

test('PRV-4: takes a state in words that it does not know for somebody who is there', () => {
  const Student = [row('p-1', { state: 'Created' }), row('p-2', { state: undefined })];
  const checked = checkedFile(answered(whole({ Student })), people);
  expect(checked).toMatchObject({ known: new Set(['p-1', 'p-2']) });
});

test('PRV-4: lines that stop a file are named; what is no line’s stops all', () => {
  const errors = { 'error.Student': ['Ligne 3 : p-2 est en double dans le fichier.'] };
  expect(checkedFile(stopped(JSON.stringify(errors)), people)).toEqual({
    is: 'STOPPED',
    externalIds: new Set(['p-2']),
  });
  for (const words of [
    JSON.stringify({ 'error.Student': ["L'import contient des identifiants AAF"] }),
    JSON.stringify({ 'error.Student': ['Ligne 9 : nobody'] }),
    JSON.stringify({ ...errors, 'error.global': ['error.file.separator'] }),
    ...['csv.file.too.long', '{}', '[]', ''],
  ])
    expect(() => checkedFile(stopped(words), people)).toThrow('ENT_FILE_REFUSED');
});

test.each([
  ['nothing', {}],
  ['a list', []],
  ['no import', whole({ importId: '' })],
  ['a row too few', whole({ Student: [row('p-1')] })],
  ['somebody else', whole({ Student: [row('p-1'), row('p-9')] })],
  ['the same twice', whole({ Student: [row('p-1'), row('p-1')] })],
  ['a profile missing', whole({ Relative: undefined })],
  ['somebody who would go', whole({ Student: [row('p-1'), row('p-2', { oState: 'DELETED' })] })],
  ['rows that are none', whole({ Student: ['p-1', 'p-2'] })],
])('PRV-5: does not believe a check with %s', (_what, body) => {
  expect(() => checkedFile(answered(body), people)).toThrow('ENT_FAULT');
});

test('PRV-4: reads from the import who was left out', () => {
  const ignored = {
    Student: [
      { reason: 'Ligne 3 : Attribut date de naissance manquant.', object: { externalId: 'p-2' } },
      { reason: 'autre', object: {} },
    ],
  };
  const body = { _id: 'i-1', ignored, usersExternalIds: ['p-1'] };
  expect([...importedFile(answered(body))]).toEqual([['p-2', 'ENT_BIRTH_DATE_MISSING']]);
  expect([...importedFile(answered({ usersExternalIds: [] }))]).toEqual([]);
});

test.each([
  ['nothing', {}],
  ['a list', []],
  ['lists that are none', { usersExternalIds: [], ignored: [] }],
  ['entries that are none', { usersExternalIds: [], ignored: { Student: ['p-1'] } }],
])('PRV-5: does not believe an import with %s', (_what, body) => {
  expect(() => importedFile(answered(body))).toThrow('ENT_FAULT');
});

test('PRV-4: an import that is refused is no file', () => {
  expect(() => importedFile(stopped('{"errors":{"global":["import.error"]}}'))).toThrow(
    'ENT_FILE_REFUSED',
  );
});
