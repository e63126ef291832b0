import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BookedAccount } from './books.js';
import { compare, lineOf } from './compare.js';
import { readEntStore } from './ent-store.js';

/** Goal: the comparison can fail. Method: a store that agrees, and one line appended to its journal for each kind. */
let folder: string;

const structure = { id: 's-1', externalId: '0440001A', name: 'École', UAI: '0440001A' };
const schoolClass = (label: string) => ({
  ...{ id: `c-${label}`, externalId: `0440001A$${label}`, name: label, structureId: 's-1' },
});
const user = (id: string, type: string, label: string) => ({
  ...{ id, type, externalId: `a-${id}`, lastName: `Nom ${id}`, firstName: 'Prénom' },
  ...{ birthDate: type === 'Student' ? '2015-04-03' : null, blocked: false, deleteDate: null },
  ...{ activationCode: 'code', classIds: [`c-${label}`], structureIds: ['s-1'] },
  relativeIds: [] as string[],
});
const pupil = { ...user('p', 'Student', 'CP'), relativeIds: ['g'] };
const guardian = { ...user('g', 'Relative', 'Familles'), classIds: ['c-Familles', 'c-CP'] };
const closing = { ...user('c', 'Student', 'CP'), blocked: true };
const journal = [
  { put: 'structure', value: structure },
  ...['CP', 'CE1', 'Familles'].map((label) => ({ put: 'class', value: schoolClass(label) })),
  ...[pupil, guardian, closing].map((value) => ({ put: 'user', value })),
];
const booked = (id: string, state: string, own: string): BookedAccount => ({
  ...{ accountId: `a-${id}`, state, type: id === 'g' ? 'Relative' : 'Student', entId: id },
  ...{ externalId: `a-${id}`, lastName: `Nom ${id}`, firstName: 'Prénom', isActivated: false },
  ...{ birthDate: id === 'g' ? '' : '2015-04-03', isBlockedUrgently: false },
  ...{ ownClasses: [`0440001A ${own}`], childIds: id === 'g' ? ['a-p'] : [] },
});
const books = [
  booked('p', 'PROVISIONED', 'CP'),
  booked('g', 'PROVISIONED', 'Familles'),
  booked('c', 'CLOSING', 'CP'),
  { ...booked('d', 'DELETED', 'CP'), entId: 'd' },
];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outside-'));
  const lines = journal.map((entry) => JSON.stringify(entry)).join('\n');
  writeFileSync(join(folder, 'journal.ndjson'), `\n${lines}\n{"put":"user","val`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const found = (accounts: readonly BookedAccount[] = books) =>
  compare(accounts, readEntStore(folder)).map(lineOf);
const append = (entry: unknown) =>
  appendFileSync(join(folder, 'journal.ndjson'), `\n${JSON.stringify(entry)}\n`);

test('PRV-5: a store that is as the books say has no difference, a half-written line beside it', () => {
  expect(found()).toEqual([]);
});

test.each([
  ['pre-deleted', { ...pupil, deleteDate: 1 }, 'pre-deleted a-p: books false | ENT true'],
  ['blocked', { ...pupil, blocked: true }, 'blocked a-p: books false | ENT true'],
  ['let in', { ...closing, blocked: false }, 'blocked a-c: books true | ENT false'],
  ['activated', { ...pupil, activationCode: null }, 'activation a-p: books false | ENT true'],
  ['of another profile', { ...pupil, type: 'Guest' }, 'profile a-p: books Student | ENT Guest'],
  ['renamed', { ...pupil, lastName: 'Autre' }, 'name a-p: books Nom p Prénom | ENT Autre Prénom'],
  [
    'reborn',
    { ...pupil, birthDate: '2014-01-01' },
    'birth date a-p: books 2015-04-03 | ENT 2014-01-01',
  ],
  ['under another identifier', { ...pupil, externalId: 'x' }, 'external id a-p: books a-p | ENT x'],
  [
    'in a further class',
    { ...pupil, classIds: ['c-CP', 'c-CE1'] },
    'classes a-p: books 0440001A CP | ENT 0440001A CE1, 0440001A CP',
  ],
  ['out of its school', { ...pupil, structureIds: [] }, 'schools a-p: books 0440001A | ENT '],
  ['without its guardian', { ...pupil, relativeIds: [] }, 'guardian links a-g: books p | ENT '],
  ['of nobody', user('x', 'Student', 'CP'), 'unknown x: books absent | ENT Nom x Prénom'],
  ['back though deleted', user('d', 'Student', 'CP'), 'existence a-d: books absent | ENT present'],
] as const)('PRV-5: one user %s is one difference, with both sides', (_what, change, line) => {
  append({ put: 'user', value: change });
  expect(found()).toEqual([line]);
});

test('PRV-5: a pupil who was removed is missing, and to the guardian too', () => {
  append({ remove: 'p' });
  expect(found()).toEqual([
    'existence a-p: books present | ENT absent',
    'guardian links a-g: books p | ENT ',
  ]);
});

test('PRV-5: a class renamed, and a store that was emptied, differ for each who was there', () => {
  append({ put: 'class', value: { ...schoolClass('CP'), name: 'CP bis' } });
  expect(found()).toEqual([
    'classes a-p: books 0440001A CP | ENT 0440001A CP bis',
    'classes a-g: books 0440001A CP, 0440001A Familles | ENT 0440001A CP bis, 0440001A Familles',
  ]);
  append({ empty: true });
  expect(found().length).toBe(3);
});

test('PRV-5: an account that is not settled is a difference', () => {
  expect(found([{ ...books[0]!, state: 'FAILED' }, ...books.slice(1)])).toEqual([
    'existence a-p: books FAILED | ENT not judged',
  ]);
});
