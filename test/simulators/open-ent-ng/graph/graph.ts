import type { Clock } from '../clock.js';
import type { Journal } from '../journal.js';
import {
  type Backup,
  EntError,
  type Entry,
  type SchoolClass,
  type Structure,
  type User,
} from './nodes.js';

/**
 * Structures, classes and users, found by whatever the platform finds them by, with its unique constraints (§0).
 * What is done with them stands in the files beside.
 */
export class Graph {
  readonly structures = new Map<string, Structure>();
  readonly classes = new Map<string, SchoolClass>();
  readonly users = new Map<string, User>();
  /** Pre-deleted, or missing from the last feed: whom the clock takes away. */
  readonly ending = new Set<string>();
  /** Where each login without a number stands (`freeLogin`). */
  readonly nextSuffix = new Map<string, number>();
  private readonly structureByUai = new Map<string, string>();
  private readonly structureByExternalId = new Map<string, string>();
  private readonly classByExternalId = new Map<string, string>();
  private readonly userByExternalId = new Map<string, string>();
  private readonly userByLogin = new Map<string, string>();
  private readonly usersOfStructure = new Map<string, Set<string>>();
  private readonly preDeletedOfStructure = new Map<string, Set<string>>();
  private readonly userIdsOfClass = new Map<string, Set<string>>();
  private readonly childIdsOf = new Map<string, Set<string>>();

  constructor(
    private readonly journal: Journal<Entry>,
    readonly clock: Clock,
    /** `delete-user-delay`, as it stands by default (§4). */
    readonly purgeDays = 90,
  ) {
    journal.replay((entry) => this.apply(entry));
  }

  /** Of the moment: what is there changes by being replaced, never within. */
  backup(): Backup {
    return [
      ...[...this.structures.values()].map((value) => ({ put: 'structure' as const, value })),
      ...[...this.classes.values()].map((value) => ({ put: 'class' as const, value })),
      ...[...this.users.values()].map((value) => ({ put: 'user' as const, value })),
    ];
  }

  /** As it was then, with the identifiers of then; whoever came since is gone, whoever was deleted since is back. */
  restoreBackup(backup: Backup): void {
    for (const entry of [{ empty: true } as const, ...backup]) this.record(entry);
  }

  /** Throws EntError where a unique property is taken by another node. */
  record(entry: Entry): void {
    if ('put' in entry) this.requireUnique(entry);
    this.apply(entry);
    this.journal.append(entry);
  }

  change(user: User, changes: Partial<User>): User {
    const value = { ...user, ...changes };
    this.record({ put: 'user', value });
    return value;
  }

  usersOf(structureId: string): User[] {
    return pick(this.users, this.usersOfStructure.get(structureId));
  }

  /** Known of a school by their backup alone. */
  preDeletedOf(structureId: string): User[] {
    return pick(this.users, this.preDeletedOfStructure.get(structureId));
  }

  usersOfClass(classId: string): User[] {
    return pick(this.users, this.userIdsOfClass.get(classId));
  }

  childrenOf(relativeId: string): User[] {
    return pick(this.users, this.childIdsOf.get(relativeId));
  }

  classesOf(structureId: string): SchoolClass[] {
    return [...this.classes.values()].filter((each) => each.structureId === structureId);
  }

  /** As a creation writes them into the node. */
  classExternalIds(classIds: readonly string[]): string[] {
    return classIds.flatMap((classId) => this.classes.get(classId)?.externalId ?? []);
  }

  structureOfUai(uai: string): Structure | undefined {
    return this.structures.get(this.structureByUai.get(uai) ?? '');
  }

  structureOfExternalId(externalId: string): Structure | undefined {
    return this.structures.get(this.structureByExternalId.get(externalId) ?? '');
  }

  classOfExternalId(externalId: string): SchoolClass | undefined {
    return this.classes.get(this.classByExternalId.get(externalId) ?? '');
  }

  userOfExternalId(externalId: string): User | undefined {
    return this.users.get(this.userByExternalId.get(externalId) ?? '');
  }

  userOfLogin(login: string): User | undefined {
    return this.users.get(this.userByLogin.get(login) ?? '');
  }

  private requireUnique(entry: Extract<Entry, { put: string }>): void {
    const { id, externalId } = entry.value;
    const taken = (found: { id: string } | undefined) => found !== undefined && found.id !== id;
    if (entry.put === 'structure') {
      const { UAI } = entry.value;
      if (UAI !== null && taken(this.structureOfUai(UAI)))
        throw constraint('Structure', 'UAI', UAI);
      if (taken(this.structureOfExternalId(externalId)))
        throw constraint('Structure', 'externalId', externalId);
    } else if (entry.put === 'class') {
      if (taken(this.classOfExternalId(externalId)))
        throw constraint('Class', 'externalId', externalId);
    } else if (taken(this.userOfExternalId(externalId))) {
      throw constraint('User', 'externalId', externalId);
    } else if (taken(this.userOfLogin(entry.value.login))) {
      throw constraint('User', 'login', entry.value.login);
    }
  }

  private apply(entry: Entry): void {
    if ('empty' in entry) {
      for (const each of this.all()) each.clear();
    } else if ('clockOffsetMs' in entry) {
      this.clock.set(entry.clockOffsetMs);
    } else if ('remove' in entry) {
      this.unindex(entry.remove);
      this.users.delete(entry.remove);
    } else if ('removeClass' in entry) {
      this.classByExternalId.delete(this.classes.get(entry.removeClass)?.externalId ?? '');
      this.classes.delete(entry.removeClass);
    } else if (entry.put === 'structure') {
      const { id, UAI, externalId } = entry.value;
      this.structures.set(id, entry.value);
      this.structureByExternalId.set(externalId, id);
      if (UAI !== null) this.structureByUai.set(UAI, id);
    } else if (entry.put === 'class') {
      this.classes.set(entry.value.id, entry.value);
      this.classByExternalId.set(entry.value.externalId, entry.value.id);
    } else {
      this.unindex(entry.value.id);
      this.index(entry.value);
    }
  }

  private all(): readonly { clear(): void }[] {
    return [
      ...[this.structures, this.classes, this.users, this.ending, this.nextSuffix],
      ...[this.structureByUai, this.structureByExternalId, this.classByExternalId],
      ...[this.userByExternalId, this.userByLogin, this.usersOfStructure, this.userIdsOfClass],
      ...[this.preDeletedOfStructure, this.childIdsOf],
    ];
  }

  private index(user: User): void {
    this.users.set(user.id, user);
    this.userByExternalId.set(user.externalId, user.id);
    this.userByLogin.set(user.login, user.id);
    for (const [map, ids] of this.placesOf(user)) for (const id of ids) setOf(map, id).add(user.id);
    if (user.deleteDate !== null || user.disappearanceDate !== null) this.ending.add(user.id);
  }

  private unindex(userId: string): void {
    const user = this.users.get(userId);
    if (!user) return;
    this.userByExternalId.delete(user.externalId);
    this.userByLogin.delete(user.login);
    for (const [map, ids] of this.placesOf(user)) for (const id of ids) map.get(id)?.delete(userId);
    this.ending.delete(userId);
  }

  private placesOf(
    user: User,
  ): readonly (readonly [Map<string, Set<string>>, readonly string[]])[] {
    return [
      [this.usersOfStructure, user.structureIds],
      [this.preDeletedOfStructure, user.backup?.structureIds ?? []],
      [this.userIdsOfClass, user.classIds],
      [this.childIdsOf, user.relativeIds],
    ];
  }
}

const constraint = (label: string, property: string, value: string) =>
  new EntError(
    `Node(0) already exists with label \`${label}\` and property \`${property}\` = '${value}'`,
  );

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (!set) map.set(key, (set = new Set()));
  return set;
}

/** By name, as the platform's lists are. */
function pick(users: ReadonlyMap<string, User>, ids: ReadonlySet<string> | undefined): User[] {
  const found = [...(ids ?? [])].flatMap((id) => users.get(id) ?? []);
  return found.sort(
    (a, b) =>
      compare(a.lastName, b.lastName) || compare(a.firstName, b.firstName) || compare(a.id, b.id),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
