import { at, empty, ok, type Route } from './route.js';
import { exportedUser, structureUser, userDetail } from './user-answers.js';

/** Schools, classes and users; the section of `open-ent-ng.md` that states each is in its comment. */
export const directoryRoutes: readonly Route[] = [
  // §1.8
  {
    name: 'block',
    method: 'PUT',
    pattern: at('/auth/block/:id'),
    needsUser: true,
    answer: ({ graph }, { parameters: [user = ''], json }) => {
      graph.block(user, json().block === true);
      return empty;
    },
  },
  // §1.1
  {
    name: 'create-school',
    method: 'POST',
    pattern: at('/directory/school'),
    answer: ({ graph }, { json }) => ok({ id: graph.createSchool(json()).id }, 201),
  },
  {
    name: 'list-structures',
    method: 'GET',
    pattern: at('/directory/structure/admin/list'),
    needsUser: true,
    answer: ({ graph }) =>
      ok(
        [...graph.structures.values()].map((structure) => ({
          ...structure,
          timetable: null,
          hasApp: false,
          ignoreMFA: true,
          levelsOfEducation: [1],
          distributions: [],
          parents: null,
        })),
      ),
  },
  {
    name: 'structure-users',
    method: 'GET',
    pattern: at('/directory/structure/:id/users'),
    needsUser: true,
    answer: ({ graph }, { parameters: [structureId = ''] }) =>
      ok(graph.usersOf(structureId).map((user) => structureUser(graph, user))),
  },
  // §5
  {
    name: 'structure-metrics',
    method: 'GET',
    pattern: at('/directory/structure/:id/metrics'),
    needsUser: true,
    answer: ({ graph }, { parameters: [structureId = ''] }) => {
      const counts = new Map<string, { profile: string; active: number; inactive: number }>();
      for (const { type, activationCode } of graph.usersOf(structureId)) {
        const count = counts.get(type) ?? { profile: type, active: 0, inactive: 0 };
        counts.set(type, count);
        if (activationCode === null) count.active += 1;
        else count.inactive += 1;
      }
      return ok({ metrics: [...counts.values()] });
    },
  },
  {
    name: 'unlink-structure',
    method: 'DELETE',
    pattern: at('/directory/structure/:id/unlink/:id'),
    answer: ({ graph }, { parameters: [structureId = '', userId = ''] }) => {
      graph.unlinkFromStructure(structureId, userId);
      return ok({ id: userId });
    },
  },
  // §1.2
  {
    name: 'list-classes',
    method: 'GET',
    pattern: at('/directory/class/admin/list'),
    needsUser: true,
    answer: ({ graph }, { query }) =>
      ok(
        [...graph.classes.values()]
          .filter(({ structureId }) => structureId === query.get('structureId'))
          .map(({ id: classId, name, externalId }) => ({ id: classId, name, externalId })),
      ),
  },
  {
    name: 'create-user',
    method: 'POST',
    pattern: at('/directory/class/:id/user'),
    answer: ({ graph }, { parameters: [classId = ''], json }) => {
      const user = graph.createUserInClass(classId, json());
      return ok(user ? { id: user.id, login: user.login } : {}, 201);
    },
  },
  {
    name: 'create-class',
    method: 'POST',
    pattern: at('/directory/class/:id'),
    answer: ({ graph }, { parameters: [structureId = ''], query, json }) => {
      const hasDefaultRoles = query.get('setDefaultRoles') === 'true';
      return ok({ id: graph.createClass(structureId, json(), hasDefaultRoles).id }, 201);
    },
  },
  {
    name: 'link-class',
    method: 'PUT',
    pattern: at('/directory/class/:id/link/:id'),
    answer: ({ graph }, { parameters: [classId = '', userId = ''] }) => {
      graph.linkToClass(classId, userId);
      return ok({ id: userId });
    },
  },
  {
    name: 'unlink-class',
    method: 'DELETE',
    pattern: at('/directory/class/:id/unlink/:id'),
    answer: ({ graph }, { parameters: [classId = '', userId = ''] }) => {
      graph.unlinkFromClass(classId, userId);
      return ok({ id: userId });
    },
  },
  // Disabled in the real thing (WB-665).
  {
    name: 'delete-class',
    method: 'DELETE',
    pattern: at('/directory/class/:id'),
    answer: () => ({ status: 403, body: '', type: 'text/plain' }),
  },
  // §1.4
  {
    name: 'list-users',
    method: 'GET',
    pattern: at('/directory/users'),
    answer: ({ graph }, { query }) => {
      const structureId = query.get('structureId');
      const profile = query.get('profile');
      const users =
        structureId === null
          ? graph.usersOfClass(query.get('classId') ?? '')
          : graph.usersOf(structureId);
      return ok(
        users
          .filter(
            ({ type, deleteDate }) => deleteDate === null && (profile === null || type === profile),
          )
          .map((user) => ({
            id: user.id,
            type: user.type,
            externalId: user.externalId,
            IDPN: null,
            code: user.activationCode,
            login: user.login,
            firstName: user.firstName,
            lastName: user.lastName,
            displayName: user.displayName,
          })),
      );
    },
  },
  // §1.4: one whole school, with what the smaller list lacks. A pre-deleted user has left its groups, and is not in it.
  {
    name: 'admin-list-users',
    method: 'GET',
    pattern: at('/directory/user/admin/list'),
    needsUser: true,
    answer: ({ graph }, { query }) =>
      ok(
        graph
          .usersOf(query.get('structureId') ?? '')
          .filter(({ deleteDate }) => deleteDate === null)
          .map((user) => exportedUser(graph, user)),
      ),
  },
  // §1.5
  {
    name: 'update-user',
    method: 'PUT',
    pattern: at('/directory/user/:id'),
    needsUser: true,
    answer: ({ graph }, { parameters: [userId = ''], json }) => {
      graph.updateUser(userId, json());
      return ok({ id: userId });
    },
  },
  // §1.13
  {
    name: 'transition',
    method: 'POST',
    pattern: at('/directory/transition'),
    answer: ({ graph }, { query }) => {
      graph.transition(query.get('structureExternalId') ?? '');
      return empty;
    },
  },
  // §1.6
  {
    name: 'delete-user',
    method: 'DELETE',
    pattern: at('/directory/user'),
    answer: ({ graph }, { query }) => {
      graph.remove(query.getAll('userId'));
      return ok({});
    },
  },
  {
    name: 'restore-user',
    method: 'PUT',
    pattern: at('/directory/restore/user'),
    answer: ({ graph }, { query }) => {
      graph.restore(query.getAll('userId'));
      return ok({});
    },
  },
  // §1.7
  {
    name: 'relate',
    method: 'PUT',
    pattern: at('/directory/user/:id/related/:id'),
    answer: ({ graph }, { parameters: [studentId = '', relativeId = ''] }) => {
      graph.relate(studentId, relativeId);
      return empty;
    },
  },
  {
    name: 'unrelate',
    method: 'DELETE',
    pattern: at('/directory/user/:id/related/:id'),
    answer: ({ graph }, { parameters: [studentId = '', relativeId = ''] }) => {
      graph.unrelate(studentId, relativeId);
      return ok({});
    },
  },
  {
    name: 'get-user',
    method: 'GET',
    pattern: at('/directory/user/:id'),
    answer: ({ graph }, { parameters: [userId = ''] }) => {
      const user = graph.users.get(userId);
      if (!user) return { status: 404, body: '', type: 'text/plain' };
      return ok(userDetail(graph, user));
    },
  },
];
