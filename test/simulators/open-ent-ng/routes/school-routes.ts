import type { Graph } from '../graph/graph.js';
import { linkToStructure, unlinkFromStructure } from '../graph/ties.js';
import { createSchool, transition } from '../graph/schools.js';
import { at, type Call, empty, notFound, ok, type Route } from './route.js';
import { structureUser } from './user-answers.js';

const structureInPath = {
  structuresOf: (_graph: Graph, { parameters: [structureId = ''] }: Call) => [[structureId]],
};

/** Schools; the section of `open-ent-ng.md` that states each is in its comment. */
export const schoolRoutes: readonly Route[] = [
  // §1.1
  {
    name: 'create-school',
    method: 'POST',
    pattern: at('/directory/school'),
    access: { right: 'school.create' },
    isWritten: true,
    answer: ({ graph }, { json }) => ok({ id: createSchool(graph, json()).id }, 201),
  },
  {
    name: 'list-structures',
    method: 'GET',
    pattern: at('/directory/structure/admin/list'),
    access: 'ADMINISTRATOR',
    needsUser: true,
    answer: ({ graph }, { scope }) =>
      ok(
        [...graph.structures.values()]
          .filter(({ id }) => scope === undefined || scope.includes(id))
          .map((structure) => ({
            ...structure,
            timetable: null,
            punctualTimetable: null,
            hasApp: false,
            ignoreMFA: true,
            levelsOfEducation: [1],
            distributions: [],
            manualName: null,
            feederName: null,
            exports: null,
            parents: null,
          })),
      ),
  },
  {
    name: 'get-school',
    method: 'GET',
    pattern: at('/directory/school/:id'),
    access: structureInPath,
    answer: ({ graph }, { parameters: [structureId = ''] }) => {
      const structure = graph.structures.get(structureId);
      if (!structure) return notFound;
      const { id, externalId, UAI, name } = structure;
      return ok({ id, externalId, UAI, name });
    },
  },
  {
    name: 'structure-users',
    method: 'GET',
    pattern: at('/directory/structure/:id/users'),
    access: structureInPath,
    needsUser: true,
    isMfaProtected: true,
    // Whoever is pre-deleted is found through its backup.
    answer: ({ graph }, { parameters: [structureId = ''] }) =>
      ok(
        [...graph.usersOf(structureId), ...graph.preDeletedOf(structureId)].map((user) =>
          structureUser(graph, user),
        ),
      ),
  },
  // §5
  {
    name: 'structure-metrics',
    method: 'GET',
    pattern: at('/directory/structure/:id/metrics'),
    access: structureInPath,
    needsUser: true,
    isMfaProtected: true,
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
    name: 'link-structure',
    method: 'PUT',
    pattern: at('/directory/structure/:id/link/:id'),
    access: structureInPath,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { parameters: [structureId = '', userId = ''] }) => {
      linkToStructure(graph, structureId, userId);
      return ok({ id: userId });
    },
  },
  {
    name: 'unlink-structure',
    method: 'DELETE',
    pattern: at('/directory/structure/:id/unlink/:id'),
    access: structureInPath,
    isMfaProtected: true,
    isWritten: true,
    answer: ({ graph }, { parameters: [structureId = '', userId = ''] }) => {
      unlinkFromStructure(graph, structureId, userId);
      return ok({});
    },
  },
  // §1.13
  {
    name: 'transition',
    method: 'POST',
    pattern: at('/directory/transition'),
    access: { right: 'transition' },
    isWritten: true,
    answer: ({ graph }, { query }) => {
      transition(graph, query.get('structureExternalId') ?? '');
      return empty;
    },
  },
];
