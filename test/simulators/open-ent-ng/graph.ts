import { randomUUID } from 'node:crypto';
import { activationCode, freeLogin, loginBase } from './login-and-code.js';
import type { Journal } from './journal.js';

export const profiles = ['Student', 'Relative', 'Teacher', 'Personnel', 'Guest'] as const;
export type EntProfile = (typeof profiles)[number];

export type Structure = {
  id: string;
  externalId: string;
  name: string;
  UAI: string | null;
  source: string;
};
export type SchoolClass = {
  id: string;
  externalId: string;
  name: string;
  level: string | null;
  structureId: string;
  /** Without them a class has no application. */
  hasDefaultRoles?: boolean;
};
export type User = {
  id: string;
  externalId: string;
  login: string;
  firstName: string;
  lastName: string;
  displayName: string;
  birthDate: string | null;
  type: EntProfile;
  source: string;
  activationCode: string | null;
  password: string | null;
  blocked: boolean;
  deleteDate: number | null;
  created: string;
  classIds: string[];
  structureIds: string[];
  /** Relatives of a pupil. */
  relativeIds: string[];
};

export type Entry =
  | { put: 'structure'; value: Structure }
  | { put: 'class'; value: SchoolClass }
  | { put: 'user'; value: User }
  | { remove: string }
  | { removeClass: string }
  /** Everything goes: what follows is what a backup held. */
  | { empty: true };

/** What a backup of the platform holds: structures, classes, users with their codes, passwords, blocks and families. */
export type Backup = readonly Entry[];

/** A refusal in the ENT's own words: 400 `{"error": message}` unless another status is given. */
export class EntError extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

const constraint = (label: string, property: string, value: string) =>
  new EntError(
    `Node(0) already exists with label \`${label}\` and property \`${property}\` = '${value}'`,
  );

/** Structures, classes and users with the unique constraints of the real graph (§0). */
export class Graph {
  readonly structures = new Map<string, Structure>();
  readonly classes = new Map<string, SchoolClass>();
  readonly users = new Map<string, User>();
  readonly #structureByUai = new Map<string, string>();
  readonly #structureByExternalId = new Map<string, string>();
  readonly #classByExternalId = new Map<string, string>();
  readonly #userByExternalId = new Map<string, string>();
  readonly #userByLogin = new Map<string, string>();
  readonly #usersOfStructure = new Map<string, Set<string>>();
  readonly #usersOfClass = new Map<string, Set<string>>();
  readonly #nextSuffix = new Map<string, number>();

  constructor(private readonly journal: Journal<Entry>) {
    journal.replay((entry) => this.#apply(entry));
  }

  backup(): Backup {
    return structuredClone<Entry[]>([
      ...[...this.structures.values()].map((value) => ({ put: 'structure' as const, value })),
      ...[...this.classes.values()].map((value) => ({ put: 'class' as const, value })),
      ...[...this.users.values()].map((value) => ({ put: 'user' as const, value })),
    ]);
  }

  /** As it was then, with the identifiers of then; whoever came since is gone, whoever was deleted since is back. */
  restoreBackup(backup: Backup): void {
    for (const entry of [{ empty: true } as const, ...structuredClone(backup)]) this.#record(entry);
  }

  createSchool(body: Record<string, unknown>): Structure {
    const name = text(body.name);
    const uai = text(body.UAI) || null;
    if (name === '') throw new EntError('invalid.name');
    if (uai !== null && !/^[0-9]{7}[A-Z]$/.test(uai)) throw new EntError('invalid.uai');
    const externalId = text(body.externalId) || randomUUID();
    if (uai !== null && this.#structureByUai.has(uai)) throw constraint('Structure', 'UAI', uai);
    if (this.#structureByExternalId.has(externalId)) {
      throw constraint('Structure', 'externalId', externalId);
    }
    const value = { id: randomUUID(), externalId, name, UAI: uai, source: 'MANUAL' };
    this.#record({ put: 'structure', value });
    return value;
  }

  createClass(
    structureId: string,
    body: Record<string, unknown>,
    hasDefaultRoles = false,
  ): SchoolClass {
    const structure = this.structures.get(structureId);
    const name = text(body.name);
    if (!structure) throw new EntError('invalid.school');
    if (name === '') throw new EntError('invalid.name');
    // Whatever externalId is sent, the ENT stores its own (§1.2).
    const externalId = `${structure.externalId}$${name}`;
    if (this.#classByExternalId.has(externalId))
      throw constraint('Class', 'externalId', externalId);
    const value = {
      id: randomUUID(),
      externalId,
      name,
      level: text(body.level) || null,
      structureId,
      hasDefaultRoles,
    };
    this.#record({ put: 'class', value });
    return value;
  }

  /** Undefined: in a class that is gone nobody is created, and nobody says so (addendum). */
  createUserInClass(classId: string, body: Record<string, unknown>): User | undefined {
    const schoolClass = this.classes.get(classId);
    const [firstName, lastName, type] = [
      text(body.firstName),
      text(body.lastName),
      text(body.type),
    ];
    const birthDate = text(body.birthDate) || null;
    if (!profiles.includes(type as EntProfile)) throw new EntError(`Invalid profile : ${type}`);
    if (firstName.trim() === '') throw new EntError('Ligne  : Attribut prénom manquant.');
    if (lastName.trim() === '') throw new EntError('Ligne  : Attribut nom manquant.');
    if (type === 'Student' && !/^(19|20)\d\d-\d\d-\d\d$/.test(birthDate ?? '')) {
      throw new EntError('Ligne  : Attribut date de naissance manquant.');
    }
    if (!schoolClass) return undefined;
    const externalId = text(body.externalId) || randomUUID();
    if (this.#userByExternalId.has(externalId)) throw constraint('User', 'externalId', externalId);
    const base = loginBase(firstName, lastName);
    const value: User = {
      id: randomUUID(),
      externalId,
      login: freeLogin(base, (login) => this.#userByLogin.has(login), this.#nextSuffix),
      firstName,
      lastName,
      displayName: `${lastName} ${firstName}`,
      birthDate,
      type: type as EntProfile,
      source: body.source === 'SSO' ? 'SSO' : 'MANUAL',
      activationCode: activationCode(Math.random),
      password: null,
      blocked: false,
      deleteDate: null,
      created: new Date().toISOString(),
      classIds: [classId],
      structureIds: [schoolClass.structureId],
      relativeIds: [],
    };
    this.#record({ put: 'user', value });
    if (value.type === 'Relative' && Array.isArray(body.childrenIds)) {
      // Unknown children are ignored without a word (§1.3).
      // They make the link; the classes of the children come with `PUT related` alone (addendum).
      for (const childId of body.childrenIds) this.#link(text(childId), value.id);
    }
    return value;
  }

  relate(studentId: string, relativeId: string): void {
    if (!this.#relate(studentId, relativeId)) throw new EntError('user.not.found', 404);
  }

  /** The relative leaves the pupil's classes, but for those of another child (§1.7). */
  unrelate(studentId: string, relativeId: string): void {
    const [student, relative] = [this.users.get(studentId), this.users.get(relativeId)];
    if (!student?.relativeIds.includes(relativeId)) return;
    const relativeIds = student.relativeIds.filter((id) => id !== relativeId);
    this.#record({ put: 'user', value: { ...student, relativeIds } });
    if (!relative) return;
    const ofOthers = new Set(
      [...this.users.values()]
        .filter((user) => user.relativeIds.includes(relativeId))
        .flatMap(({ classIds }) => classIds),
    );
    const classIds = relative.classIds.filter(
      (id) => ofOthers.has(id) || !student.classIds.includes(id),
    );
    this.#record({ put: 'user', value: { ...relative, classIds } });
  }

  /** By the schema `updateUser`, which allows no other property (§1.5). The login never follows the names. */
  updateUser(userId: string, body: Record<string, unknown>): void {
    const user = this.users.get(userId);
    const names = Object.keys(body);
    if (names.some((name) => !updatable.includes(name))) throw new EntError('invalid.schema');
    if (!user || user.deleteDate !== null) throw new EntError('user.not.found');
    const { firstName = user.firstName, lastName = user.lastName } = body;
    const { displayName = user.displayName, birthDate = user.birthDate } = body;
    const told = [firstName, lastName, displayName].map((name) => text(name).trim());
    if (told.includes('')) throw new EntError('Attribut invalide.');
    if (birthDate !== null && !/^(19|20)\d\d-\d\d-\d\d$/.test(text(birthDate)))
      throw new EntError('Attribut invalide.');
    const [first = '', last = '', shown = ''] = told;
    const named = { firstName: first, lastName: last, displayName: shown };
    const value = { ...user, ...named, birthDate: text(birthDate) || null };
    this.#record({ put: 'user', value });
  }

  block(userId: string, block: boolean): void {
    const user = this.users.get(userId);
    if (!user) throw new EntError('user.not.found');
    this.#record({ put: 'user', value: { ...user, blocked: block } });
  }

  /**
   * All or nothing; a user never activated is physically gone at once, login freed (§1.6). One who
   * is kept loses classes and family.
   */
  remove(userIds: readonly string[]): void {
    if (userIds.length === 0) throw new EntError('Missing users.');
    const users = userIds.map((id) => this.users.get(id));
    const deletable = ['MANUAL', 'CSV', 'CLASS_PARAM', 'BE1D', 'SSO'];
    if (users.some((user) => !user || !deletable.includes(user.source))) {
      throw new EntError('unauthorized.user');
    }
    for (const user of users) {
      if (!user) continue;
      this.#leaveFamily(user);
      if (user.activationCode !== null) this.#record({ remove: user.id });
      else {
        const gone = { deleteDate: Date.now(), classIds: [], relativeIds: [] };
        this.#record({ put: 'user', value: { ...user, ...gone } });
      }
    }
  }

  restore(userIds: readonly string[]): void {
    for (const id of userIds) {
      const user = this.users.get(id);
      if (user) this.#record({ put: 'user', value: { ...user, deleteDate: null } });
    }
  }

  /** The change of the school year: the classes of the school go, its people stay in it without a class. */
  transition(structureExternalId: string): void {
    const structureId = this.#structureByExternalId.get(structureExternalId);
    for (const schoolClass of [...this.classes.values()]) {
      if (schoolClass.structureId !== structureId) continue;
      for (const user of this.usersOfClass(schoolClass.id))
        this.unlinkFromClass(schoolClass.id, user.id);
      this.#record({ removeClass: schoolClass.id });
    }
  }

  linkToClass(classId: string, userId: string): void {
    const [schoolClass, user] = [this.classes.get(classId), this.users.get(userId)];
    if (!schoolClass || !user || user.deleteDate !== null) throw new EntError('', 404);
    const classIds = [...new Set([...user.classIds, classId])];
    const structureIds = [...new Set([...user.structureIds, schoolClass.structureId])];
    this.#record({ put: 'user', value: { ...user, classIds, structureIds } });
  }

  unlinkFromClass(classId: string, userId: string): void {
    const user = this.users.get(userId);
    if (!user) throw new EntError('', 404);
    this.#record({
      put: 'user',
      value: { ...user, classIds: user.classIds.filter((id) => id !== classId) },
    });
  }

  unlinkFromStructure(structureId: string, userId: string): void {
    const user = this.users.get(userId);
    if (!user) throw new EntError('', 404);
    const classIds = user.classIds.filter(
      (id) => this.classes.get(id)?.structureId !== structureId,
    );
    const structureIds = user.structureIds.filter((id) => id !== structureId);
    this.#record({ put: 'user', value: { ...user, classIds, structureIds } });
  }

  /** The key of the refusal, or undefined once the account is active. */
  activate(login: string, code: string, password: string): string | undefined {
    const user = this.users.get(this.#userByLogin.get(login) ?? '');
    if (!user || user.activationCode === null || user.activationCode !== code) {
      return 'activation.error';
    }
    if (user.blocked || user.deleteDate !== null) return 'auth.error.blockedUser';
    if (password.length < 8) return 'auth.activation.invalid.password';
    this.#record({ put: 'user', value: { ...user, activationCode: null, password } });
    return undefined;
  }

  usersOf(structureId: string): User[] {
    return pick(this.users, this.#usersOfStructure.get(structureId));
  }

  usersOfClass(classId: string): User[] {
    return pick(this.users, this.#usersOfClass.get(classId));
  }

  structureOfUai(uai: string): Structure | undefined {
    return this.structures.get(this.#structureByUai.get(uai) ?? '');
  }

  #leaveFamily({ id, type }: User): void {
    if (type !== 'Relative') return;
    for (const child of [...this.users.values()]) {
      if (child.relativeIds.includes(id)) this.unrelate(child.id, id);
    }
  }

  #link(studentId: string, relativeId: string): void {
    const student = this.users.get(studentId);
    if (student?.type !== 'Student' || student.deleteDate !== null) return;
    const relativeIds = [...new Set([...student.relativeIds, relativeId])];
    this.#record({ put: 'user', value: { ...student, relativeIds } });
  }

  #relate(studentId: string, relativeId: string): boolean {
    const [student, relative] = [this.users.get(studentId), this.users.get(relativeId)];
    if (student?.type !== 'Student' || relative?.type !== 'Relative') return false;
    if (student.deleteDate !== null || relative.deleteDate !== null) return false;
    this.#link(studentId, relativeId);
    const structureIds = [...new Set([...relative.structureIds, ...student.structureIds])];
    const classIds = [...new Set([...relative.classIds, ...student.classIds])];
    this.#record({ put: 'user', value: { ...relative, structureIds, classIds } });
    return true;
  }

  #record(entry: Entry): void {
    this.#apply(entry);
    this.journal.append(entry);
  }

  #apply(entry: Entry): void {
    if ('empty' in entry) {
      for (const known of this.#all()) known.clear();
    } else if ('remove' in entry) {
      this.#unindex(entry.remove);
      this.users.delete(entry.remove);
    } else if ('removeClass' in entry) {
      this.#classByExternalId.delete(this.classes.get(entry.removeClass)?.externalId ?? '');
      this.classes.delete(entry.removeClass);
    } else if (entry.put === 'structure') {
      this.structures.set(entry.value.id, entry.value);
      this.#structureByExternalId.set(entry.value.externalId, entry.value.id);
      if (entry.value.UAI !== null) this.#structureByUai.set(entry.value.UAI, entry.value.id);
    } else if (entry.put === 'class') {
      this.classes.set(entry.value.id, entry.value);
      this.#classByExternalId.set(entry.value.externalId, entry.value.id);
    } else {
      this.#unindex(entry.value.id);
      this.#index(entry.value);
    }
  }

  #all(): readonly { clear(): void }[] {
    return [
      ...[this.structures, this.classes, this.users, this.#nextSuffix],
      ...[this.#structureByUai, this.#structureByExternalId, this.#classByExternalId],
      ...[this.#userByExternalId, this.#userByLogin, this.#usersOfStructure, this.#usersOfClass],
    ];
  }

  #index(user: User): void {
    this.users.set(user.id, user);
    this.#userByExternalId.set(user.externalId, user.id);
    this.#userByLogin.set(user.login, user.id);
    for (const id of user.structureIds) setOf(this.#usersOfStructure, id).add(user.id);
    for (const id of user.classIds) setOf(this.#usersOfClass, id).add(user.id);
  }

  #unindex(userId: string): void {
    const user = this.users.get(userId);
    if (!user) return;
    this.#userByExternalId.delete(user.externalId);
    this.#userByLogin.delete(user.login);
    for (const id of user.structureIds) this.#usersOfStructure.get(id)?.delete(userId);
    for (const id of user.classIds) this.#usersOfClass.get(id)?.delete(userId);
  }
}

const updatable = [
  ...[
    'firstName',
    'lastName',
    'displayName',
    'birthDate',
    'address',
    'zipCode',
    'city',
    'loginAlias',
  ],
  ...['email', 'homePhone', 'mobile', 'totp', 'childrenIds', 'positionIds'],
];

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (!set) map.set(key, (set = new Set()));
  return set;
}

function pick(users: ReadonlyMap<string, User>, ids: ReadonlySet<string> | undefined): User[] {
  const found = [...(ids ?? [])].flatMap((id) => users.get(id) ?? []);
  return found.sort(
    (a, b) =>
      compare(a.lastName, b.lastName) || compare(a.firstName, b.firstName) || compare(a.id, b.id),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
