import type { DifferenceKind } from './differences.js';

/** One attribute of a list of the ENT that the comparison reads. */
export type Attribute = {
  readonly list: 'user' | 'structure' | 'class';
  /** `list.name`: of an entry of an inner list. */
  readonly attribute: string;
  /** What it is compared with. */
  readonly books: string;
  /** None: it is not compared, and `repair` gives the reason. */
  readonly kinds: readonly DifferenceKind[];
  readonly repair: string;
};

const of =
  (list: Attribute['list']) =>
  (
    attribute: string,
    books: string,
    kinds: readonly DifferenceKind[],
    repair: string,
  ): Attribute => ({ list, attribute, books, kinds, repair });
const [user, structure, schoolClass] = [of('user'), of('structure'), of('class')];

/** The books hold nothing of it, or another attribute says the same. */
const unused =
  (line: ReturnType<typeof of>) =>
  (reason: string, ...names: readonly string[]): Attribute[] =>
    names.map((name) => line(name, 'not compared', [], reason));
const [ofUser, ofStructure, ofClass] = [unused(user), unused(structure), unused(schoolClass)];

/**
 * Every attribute of the three lists that the comparison reads (PRV-5). An attribute that the ENT adds fails
 * `attributes.spec.ts` until it has its line.
 */
export const attributes: readonly Attribute[] = [
  user(
    'id',
    'account.ent_id',
    ['MISSING', 'ELSEWHERE', 'PRE_DELETED', 'RENUMBERED', 'BACK', 'UNKNOWN'],
    'made anew, moved, recorded, deleted again or blocked',
  ),
  user(
    'externalId',
    'account.ent_external_id, else account_id',
    ['KEY', 'IDENTIFIER', 'EXCHANGED', 'ADOPTABLE'],
    'no call changes it: made anew if never used, recorded, reported, or both accounts blocked',
  ),
  user(
    'code',
    'account.state, lost_activation',
    ['ACTIVATION'],
    'first use recorded; activation lost: the school prints the letter',
  ),
  user(
    'type',
    'account.profile',
    ['DUPLICATE'],
    'only to recognise a second user of a person; no call changes it',
  ),
  user(
    'firstName',
    'person, ent_identity',
    ['NAME', 'DUPLICATE'],
    'renamed; a second user is blocked',
  ),
  user(
    'lastName',
    'person, ent_identity',
    ['NAME', 'DUPLICATE'],
    'renamed; a second user is blocked',
  ),
  user(
    'birthDate',
    'person, ent_identity',
    ['NAME', 'DUPLICATE'],
    'renamed; a second user is blocked',
  ),
  user('blocked', 'account.state, ent_blocked, ent_urgent_block', ['BLOCK'], 'blocked or let in'),
  user(
    'source',
    'none: MANUAL or AAF',
    ['UNKNOWN', 'DUPLICATE', 'BY_HAND'],
    'a user of an academy’s feed is never blocked or deleted',
  ),
  user(
    'login',
    'account.login',
    ['RENUMBERED', 'ADOPTABLE'],
    'recorded with the user that is taken over',
  ),
  user('allClasses', 'ent_place, ent_class', ['PLACE'], 'joins or leaves'),
  user(
    'allClasses.id',
    'ent_place.ent_class_id, ent_class.ent_id',
    ['PLACE', 'CLASS'],
    'joins or leaves; a class found by its members is recorded',
  ),
  user('allClasses.name', 'ent_class.label', ['PLACE', 'CLASS'], 'a renamed class is reported'),
  user('children', 'ent_link', ['LINKS'], 'linked or unlinked'),
  user('children.id', 'ent_link', ['LINKS'], 'linked or unlinked'),
  ...ofUser(
    'the same as children.id',
    'children.childExternalId',
    'children.displayName',
    'children.firstName',
    'children.lastName',
  ),
  ...ofUser('the ENT derives it from the names', 'displayName', 'originalLogin'),
  ...ofUser('the list is that of one structure', 'structures', 'structures.id', 'structures.name'),
  ...ofUser('the same as allClasses', 'hasClass'),
  ...ofUser(
    'of the ENT alone: dates and rights given there by hand',
    'creationDate',
    'lastLogin',
    'functions',
    'attachmentId',
  ),
  ...ofUser('sent at the creation alone (AUT-1); the person changes it afterwards', 'email'),
  structure('id', 'ent_structure.ent_id', ['SCHOOL'], 'recorded where the UAI is the school’s'),
  structure('UAI', 'school.uai', ['SCHOOL'], 'reported'),
  structure('name', 'school.name', ['SCHOOL'], 'reported'),
  ...ofStructure(
    'the UAI, or the academy’s key after its feed: it names nobody’s way in',
    'externalId',
    'source',
  ),
  ...ofStructure(
    'settings of the ENT’s operator',
    ...[
      'timetable',
      'punctualTimetable',
      'hasApp',
      'ignoreMFA',
      'levelsOfEducation',
      'distributions',
    ],
    ...['manualName', 'feederName', 'exports', 'parents', 'parents.id', 'parents.name'],
  ),
  schoolClass(
    'id',
    'ent_class.ent_id',
    ['CLASS'],
    'forgotten where it is gone; found by its members',
  ),
  schoolClass('name', 'ent_class.label', ['CLASS'], 'reported'),
  ...ofClass(
    'the externalId of its first label, which stays when it is renamed (§1.2)',
    'externalId',
  ),
];
