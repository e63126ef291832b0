import { duplicatesOf, scoreOf } from '../graph/duplicates.js';
import type { Graph } from '../graph/graph.js';
import type { SchoolClass, User } from '../graph/nodes.js';

/** A user in the smallest list (`/users`). */
export function listedUser(user: User) {
  const { id, type, externalId, login, firstName, lastName, displayName, more } = user;
  return {
    ...{ id, type, externalId, IDPN: more.IDPN ?? null, code: user.activationCode, login },
    ...{ firstName, lastName, displayName },
  };
}

/** A user in the list of a structure; one that is pre-deleted has no class there any more. */
export function structureUser(graph: Graph, user: User) {
  return {
    id: user.id,
    type: user.type,
    code: user.activationCode,
    login: user.login,
    firstName: user.firstName,
    lastName: user.lastName,
    displayName: user.displayName,
    source: user.source,
    deleteDate: user.deleteDate,
    disappearanceDate: user.disappearanceDate,
    // A property that was never set is not there, and read as null.
    blocked: user.blocked || null,
    creationDate: user.created,
    removedFromStructures:
      user.removedFromStructures.length === 0 ? null : user.removedFromStructures,
    aafFunctions: [],
    classes: classesOf(graph, user).map(({ id, name, externalId }) => ({ id, name, externalId })),
    functionalGroups: [],
    manualGroups: [],
    functions: [],
    duplicates: duplicatesOf(graph, user).map((other) => ({
      ...{ id: other.id, firstName: other.firstName, lastName: other.lastName },
      ...{ score: scoreOf(user, other), code: other.activationCode },
      structures: structuresOf(graph, other).map(({ id, name }) => ({ id, name })),
    })),
    structures: structuresOf(graph, user).map(({ id, name, externalId }) => ({
      ...{ id, name, externalId },
    })),
    userPositions: [],
  };
}

/** A user in the list of administrators (`ExportUser`). */
export function exportedUser(graph: Graph, user: User) {
  const children = graph.childrenOf(user.id);
  return {
    id: user.id,
    type: user.type,
    externalId: user.externalId,
    code: user.activationCode,
    login: user.login,
    originalLogin: user.login,
    firstName: user.firstName,
    lastName: user.lastName,
    displayName: user.displayName,
    source: user.source,
    attachmentId: user.more.attachmentId ?? null,
    birthDate: user.birthDate,
    blocked: user.blocked || null,
    creationDate: user.created,
    lastLogin: user.lastLogin,
    email: user.more.email ?? null,
    structures: structuresOf(graph, user).map(({ id, name }) => ({ id, name })),
    allClasses: classesOf(graph, user).map(({ id, name }) => ({ id, name })),
    functions: [[null, null]],
    children:
      children.length === 0
        ? [{ id: null, displayName: null, childExternalId: null }]
        : children.map(({ id, firstName, lastName, displayName, externalId }) => ({
            ...{ id, firstName, lastName, displayName, childExternalId: externalId },
          })),
    hasClass: user.classIds.length > 0,
  };
}

/** A user in the list of a class (§1.2). */
export function classUser(graph: Graph, user: User) {
  const { id, lastName, firstName, displayName, login, birthDate, lastLogin, type, source } = user;
  return {
    ...{ lastName, firstName, id, hasEmail: user.more.email !== undefined, login },
    ...{ originalLogin: login, activationCode: user.activationCode, displayName, birthDate },
    ...{ lastLogin, type, blocked: user.blocked || null, source },
    relativeList: user.relativeIds.flatMap((relativeId) => {
      const relative = graph.users.get(relativeId);
      return relative
        ? [{ relatedName: relative.displayName, relatedId: relativeId, relatedType: 'Relative' }]
        : [];
    }),
  };
}

/** A user alone. */
export function userDetail(graph: Graph, user: User) {
  const { type, more, relativeIds, activationCode, birthDate, lastLogin, ...rest } = user;
  const { id, externalId, login, firstName, lastName, displayName, source, created } = rest;
  // An empty list comes as one entry full of null (§1.4): clients must ignore it.
  const nothing = [{ id: null, displayName: null, externalId: null }];
  const brief = (users: readonly User[]) =>
    users.length === 0
      ? nothing
      : users.map((each) => ({
          id: each.id,
          displayName: each.displayName,
          externalId: each.externalId,
        }));
  return {
    ...more,
    ...{ id, externalId, login, firstName, lastName, displayName, source, created },
    type: [type],
    profiles: [type],
    // What a user does not have is not there at all.
    ...present({ activationCode, birthDate, lastLogin }),
    blocked: rest.blocked,
    disappearanceDate: rest.disappearanceDate,
    deleteDate: rest.deleteDate,
    federated: rest.federated,
    structures: structuresOf(graph, user).map((each) => each.externalId),
    // Row F: not the classes that the user is in.
    classes: user.writtenClasses ?? [],
    structureNodes: structuresOf(graph, user),
    children: brief(graph.childrenOf(user.id)),
    parents: brief(relativeIds.flatMap((relativeId) => graph.users.get(relativeId) ?? [])),
    functions: [[null, null]],
    functionalGroups: [{ id: null, name: null }],
    administrativeStructures: [{ id: null }],
    userPositions: [],
    hasTotp: false,
  };
}

function present(properties: Readonly<Record<string, string | null>>) {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

const structuresOf = (graph: Graph, { structureIds }: User) =>
  structureIds.flatMap((id) => graph.structures.get(id) ?? []);

function classesOf(graph: Graph, { classIds }: User): SchoolClass[] {
  return classIds.flatMap((classId) => graph.classes.get(classId) ?? []);
}
