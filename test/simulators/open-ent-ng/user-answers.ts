import type { Graph, SchoolClass, User } from './graph.js';

/** A user in the list of a structure. */
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
    disappearanceDate: null,
    blocked: user.blocked,
    creationDate: user.created,
    removedFromStructures: null,
    aafFunctions: [],
    classes: classesOf(graph, user).map(({ id: classId, name, externalId }) => ({
      id: classId,
      name,
      externalId,
    })),
    functionalGroups: [],
    manualGroups: [],
    functions: [],
    duplicates: [],
    structures: user.structureIds.flatMap((structureId) => {
      const structure = graph.structures.get(structureId);
      return structure
        ? [{ id: structure.id, name: structure.name, externalId: structure.externalId }]
        : [];
    }),
    userPositions: [],
  };
}

/** A user in the list of administrators (`ExportUser`). */
export function exportedUser(graph: Graph, user: User) {
  const children = [...graph.users.values()].filter((each) => each.relativeIds.includes(user.id));
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
    birthDate: user.birthDate,
    // A property that was never set is not there, and read as null.
    blocked: user.blocked || null,
    creationDate: user.created,
    structures: user.structureIds.flatMap((structureId) => {
      const structure = graph.structures.get(structureId);
      return structure ? [{ id: structure.id, name: structure.name }] : [];
    }),
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

/** A user alone. */
export function userDetail(graph: Graph, user: User) {
  const {
    password: _password,
    classIds: _classIds,
    structureIds,
    relativeIds,
    type,
    ...properties
  } = user;
  const children = [...graph.users.values()].filter((each) => each.relativeIds.includes(user.id));
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
    ...properties,
    type: [type],
    profiles: [type],
    classes: classesOf(graph, user).map(({ externalId }) => externalId),
    structureNodes: structureIds.flatMap((structureId) => graph.structures.get(structureId) ?? []),
    children: brief(children),
    parents: brief(relativeIds.flatMap((relativeId) => graph.users.get(relativeId) ?? [])),
    functions: [[null, null]],
  };
}

function classesOf(graph: Graph, user: User): SchoolClass[] {
  return user.classIds.flatMap((classId) => graph.classes.get(classId) ?? []);
}
