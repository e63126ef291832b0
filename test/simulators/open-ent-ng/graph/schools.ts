import { randomUUID } from 'node:crypto';
import { text } from './attributes.js';
import type { Graph } from './graph.js';
import { EntError, type SchoolClass, type Structure } from './nodes.js';

/** §1.1. Unknown attributes are dropped. Throws EntError. */
export function createSchool(
  graph: Graph,
  body: Readonly<Record<string, unknown>>,
  source = 'MANUAL',
): Structure {
  const name = text(body.name);
  const uai = text(body.UAI) || null;
  if (name.trim() === '') throw new EntError('invalid.name');
  if (uai !== null && !/^[0-9]{7}[A-Z]$/.test(uai)) throw new EntError('invalid.uai');
  const externalId = text(body.externalId) || randomUUID();
  const value = { id: randomUUID(), externalId, name, UAI: uai, source };
  graph.record({ put: 'structure', value });
  return value;
}

/** Whatever externalId is sent, the ENT stores its own (§1.2). Throws EntError. */
export function createClass(
  graph: Graph,
  structureId: string,
  body: Readonly<Record<string, unknown>>,
  hasDefaultRoles = false,
  /** Of a feed: its own key, in which no `$` is (row I). */
  feedKey?: string,
): SchoolClass {
  const structure = graph.structures.get(structureId);
  const name = text(body.name);
  // Row M: without a word.
  if (!structure) throw new EntError('', 404);
  if (name.trim() === '') throw new EntError('invalid.name');
  const value = {
    id: randomUUID(),
    externalId: feedKey ?? `${structure.externalId}$${name}`,
    name,
    level: text(body.level) || null,
    structureId,
    hasDefaultRoles,
  };
  graph.record({ put: 'class', value });
  return value;
}

/** The change of the school year (§3.3): the classes of the school go, its people stay in it without a class. */
export function transition(graph: Graph, structureExternalId: string): void {
  const structure = graph.structureOfExternalId(structureExternalId);
  if (!structure) throw new EntError('invalid.structure');
  const gone = graph.classesOf(structure.id);
  const goneIds = new Set(gone.map(({ id }) => id));
  for (const user of graph.usersOf(structure.id)) {
    graph.change(user, {
      classIds: user.classIds.filter((id) => !goneIds.has(id)),
      removedFromStructures: [],
    });
  }
  for (const { id } of gone) graph.record({ removeClass: id });
}
