import { remove, restore } from '../graph/deletions.js';
import type { Graph } from '../graph/graph.js';
import { relate, unrelate } from '../graph/ties.js';
import { block, makeRenewalCodes, updateUser } from '../graph/users.js';
import { at, type Call, empty, ok, type Route } from './route.js';
import { exportedUser, listedUser, userDetail } from './user-answers.js';

const structuresOfUser = (graph: Graph, userId = '') => {
  const user = graph.users.get(userId);
  return user?.backup?.structureIds ?? user?.structureIds ?? [];
};
const userInPath = {
  structuresOf: (graph: Graph, { parameters: [userId] }: Call) => [structuresOfUser(graph, userId)],
};
/** Of several, the first alone is looked at (§0, quirk). */
const firstUserInQuery = {
  structuresOf: (graph: Graph, { query }: Call) => [
    structuresOfUser(graph, query.get('userId') ?? ''),
  ],
};
/** The pupil and the relative must both be in scope (§1.7). */
const bothInPath = {
  structuresOf: (graph: Graph, { parameters }: Call) =>
    parameters.map((userId) => structuresOfUser(graph, userId)),
};

const idsIn = (users: unknown): string[] =>
  Array.isArray(users) ? users.filter((each) => typeof each === 'string') : [];

/** Users; the section of `open-ent-ng.md` that states each is in its comment. */
export const userRoutes: readonly Route[] = [
  // §1.8: of another module than the writer's, so no import holds it up.
  {
    name: 'block',
    method: 'PUT',
    pattern: at('/auth/block/:id'),
    access: userInPath,
    needsUser: true,
    answer: ({ graph }, { parameters: [userId = ''], json }) => {
      block(graph, userId, json().block === true);
      return empty;
    },
  },
  // §1.9: for several people at once; whom it does not know is not in the answer.
  {
    name: 'renewal-codes',
    method: 'POST',
    pattern: at('/auth/massGeneratePasswordRenewalCode'),
    access: {
      structuresOf: (graph: Graph, { json }: Call) =>
        idsIn(json().users).map((userId) => structuresOfUser(graph, userId)),
    },
    needsUser: true,
    answer: ({ graph }, { json }) => ok(makeRenewalCodes(graph, idsIn(json().users))),
  },
  // §1.4
  {
    name: 'list-users',
    method: 'GET',
    pattern: at('/directory/users'),
    access: { right: 'users.list' },
    answer: ({ graph }, { query }) => {
      const structureId = query.get('structureId');
      const wanted = query.getAll('profile');
      const users =
        structureId === null
          ? graph.usersOfClass(query.get('classId') ?? '')
          : graph.usersOf(structureId);
      const ofProfile = users.filter(({ type }) => wanted.length === 0 || wanted.includes(type));
      return ok(ofProfile.map(listedUser));
    },
  },
  // §1.4: one whole school, with what the smaller list lacks. A pre-deleted user has left its groups, and is not in it.
  {
    name: 'admin-list-users',
    method: 'GET',
    pattern: at('/directory/user/admin/list'),
    access: { structuresOf: (_graph, { query }) => [[query.get('structureId') ?? '']] },
    needsUser: true,
    isMfaProtected: true,
    answer: ({ graph }, { query }) =>
      ok(graph.usersOf(query.get('structureId') ?? '').map((user) => exportedUser(graph, user))),
  },
  // §1.5
  {
    name: 'update-user',
    method: 'PUT',
    pattern: at('/directory/user/:id'),
    access: userInPath,
    needsUser: true,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { parameters: [userId = ''], json }) => {
      updateUser(graph, userId, json());
      return ok({ id: userId });
    },
  },
  // §1.6
  {
    name: 'delete-user',
    method: 'DELETE',
    pattern: at('/directory/user'),
    access: firstUserInQuery,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { query }) => {
      remove(graph, query.getAll('userId'));
      return ok({});
    },
  },
  {
    name: 'restore-user',
    method: 'PUT',
    pattern: at('/directory/restore/user'),
    access: firstUserInQuery,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { query }) => {
      restore(graph, query.getAll('userId'));
      return ok({});
    },
  },
  // §1.7
  {
    name: 'relate',
    method: 'PUT',
    pattern: at('/directory/user/:id/related/:id'),
    access: bothInPath,
    isWritten: true,
    answer: ({ graph }, { parameters: [studentId = '', relativeId = ''] }) => {
      relate(graph, studentId, relativeId);
      return empty;
    },
  },
  {
    name: 'unrelate',
    method: 'DELETE',
    pattern: at('/directory/user/:id/related/:id'),
    access: bothInPath,
    isWritten: true,
    answer: ({ graph }, { parameters: [studentId = '', relativeId = ''] }) => {
      unrelate(graph, studentId, relativeId);
      return ok({});
    },
  },
  // §1.4
  {
    name: 'get-user',
    method: 'GET',
    pattern: at('/directory/user/:id'),
    access: userInPath,
    answer: ({ graph }, { parameters: [userId = ''] }) => {
      const user = graph.users.get(userId);
      // Row E: computed properties alone.
      return ok(user ? userDetail(graph, user) : { hasTotp: false });
    },
  },
];
