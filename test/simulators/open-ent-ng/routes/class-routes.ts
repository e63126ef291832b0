import type { Graph } from '../graph/graph.js';
import { createClass } from '../graph/schools.js';
import { linkToClass, unlinkFromClass } from '../graph/ties.js';
import { createUserInClass } from '../graph/users.js';
import { classUser } from './user-answers.js';
import { at, type Call, notFound, ok, type Route } from './route.js';

const structureOfClassInPath = {
  structuresOf: (graph: Graph, { parameters: [classId = ''] }: Call) => {
    const schoolClass = graph.classes.get(classId);
    return [schoolClass ? [schoolClass.structureId] : []];
  },
};

const profiles = ['Student', 'Relative', 'Teacher', 'Personnel', 'Guest'];
/** `setDefaultRoles` gives the groups of a class the platform's applications, whichever they are (addendum). */
const defaultRole = 'role-par-defaut';

/** Classes (§1.2) and who is made in one (§1.3 b). */
export const classRoutes: readonly Route[] = [
  {
    name: 'list-classes',
    method: 'GET',
    pattern: at('/directory/class/admin/list'),
    access: { structuresOf: (_graph, { query }) => [[query.get('structureId') ?? '']] },
    needsUser: true,
    isMfaProtected: true,
    answer: ({ graph }, { query }) =>
      ok(
        graph
          .classesOf(query.get('structureId') ?? '')
          .map(({ id, name, externalId }) => ({ id, name, externalId })),
      ),
  },
  // §2.4: the groups of a school and of its classes, with their roles.
  {
    name: 'group-roles',
    method: 'GET',
    pattern: at('/appregistry/groups/roles'),
    access: { structuresOf: (_graph, { query }) => [[query.get('structureId') ?? '']] },
    answer: ({ graph }, { query }) =>
      ok(
        graph.classesOf(query.get('structureId') ?? '').flatMap(({ id, name, hasDefaultRoles }) =>
          profiles.map((profile) => ({
            ...{ id: `${id}-${profile}`, name: `${name}-${profile}`, groupDisplayName: null },
            roles: hasDefaultRoles ? [defaultRole] : [],
          })),
        ),
      ),
  },
  {
    name: 'create-user',
    method: 'POST',
    pattern: at('/directory/class/:id/user'),
    access: structureOfClassInPath,
    isWritten: true,
    creationOf: ({ graph }, { parameters: [classId = ''] }) => {
      const structureId = graph.classes.get(classId)?.structureId;
      return structureId === undefined ? undefined : { structureId, classId };
    },
    answer: ({ graph }, { parameters: [classId = ''], json }) => {
      const user = createUserInClass(graph, classId, json());
      return ok(user ? { id: user.id, login: user.login } : {}, 201);
    },
  },
  {
    name: 'create-class',
    method: 'POST',
    pattern: at('/directory/class/:id'),
    access: { right: 'class.create' },
    isWritten: true,
    answer: ({ graph }, { parameters: [structureId = ''], query, json }) => {
      const hasDefaultRoles = query.get('setDefaultRoles') === 'true';
      return ok({ id: createClass(graph, structureId, json(), hasDefaultRoles).id }, 201);
    },
  },
  {
    name: 'class-users',
    method: 'GET',
    pattern: at('/directory/class/:id/users'),
    access: structureOfClassInPath,
    answer: ({ graph }, { parameters: [classId = ''], query }) => {
      const wanted = query.getAll('type');
      const users = graph
        .usersOfClass(classId)
        .filter(({ type }) => wanted.length === 0 || wanted.includes(type));
      return ok(users.map((user) => classUser(graph, user)));
    },
  },
  {
    name: 'get-class',
    method: 'GET',
    pattern: at('/directory/class/:id'),
    access: structureOfClassInPath,
    answer: ({ graph }, { parameters: [classId = ''] }) => {
      const schoolClass = graph.classes.get(classId);
      if (!schoolClass) return notFound;
      const { id, externalId, name, level } = schoolClass;
      return ok({ id, externalId, name, level });
    },
  },
  {
    name: 'link-class',
    method: 'PUT',
    pattern: at('/directory/class/:id/link/:id'),
    access: structureOfClassInPath,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { parameters: [classId = '', userId = ''] }) => {
      linkToClass(graph, classId, userId);
      return ok({ id: userId });
    },
  },
  {
    name: 'unlink-class',
    method: 'DELETE',
    pattern: at('/directory/class/:id/unlink/:id'),
    access: structureOfClassInPath,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { parameters: [classId = '', userId = ''] }) => {
      unlinkFromClass(graph, classId, userId);
      return ok({ id: userId });
    },
  },
  // Disabled in the real thing (WB-665).
  {
    name: 'delete-class',
    method: 'DELETE',
    pattern: at('/directory/class/:id'),
    access: structureOfClassInPath,
    answer: () => ({ status: 403, body: '', type: 'text/plain' }),
  },
];
