import type { Graph } from './graph.js';
import { EntError, type User } from './nodes.js';

/** Nobody is linked who is pre-deleted (addendum). Throws EntError 404. */
export function linkToClass(graph: Graph, classId: string, userId: string): void {
  const [schoolClass, user] = [graph.classes.get(classId), graph.users.get(userId)];
  if (!schoolClass || !user || user.deleteDate !== null) throw new EntError('', 404);
  join(graph, user, { classIds: [classId], structureIds: [schoolClass.structureId] });
}

/** The school's own group is kept (addendum). Throws EntError 404. */
export function unlinkFromClass(graph: Graph, classId: string, userId: string): void {
  const user = graph.users.get(userId);
  if (!user) throw new EntError('', 404);
  const { externalId = '' } = graph.classes.get(classId) ?? {};
  graph.change(user, {
    classIds: user.classIds.filter((id) => id !== classId),
    writtenClasses: user.writtenClasses?.filter((each) => each !== externalId) ?? [],
  });
}

/** Ends the effect of an earlier unlink, which joining a class does not (row H). Throws EntError 404. */
export function linkToStructure(graph: Graph, structureId: string, userId: string): void {
  const [user, structure] = [graph.users.get(userId), graph.structures.get(structureId)];
  if (!structure || !user || user.deleteDate !== null) throw new EntError('', 404);
  const { externalId } = structure;
  graph.change(user, {
    removedFromStructures: user.removedFromStructures.filter((id) => id !== externalId),
  });
  join(graph, graph.users.get(userId)!, { classIds: [], structureIds: [structureId] });
}

/** With its classes; of an unknown user or structure, nothing (row B). Each later feed takes the user out again (row H). */
export function unlinkFromStructure(graph: Graph, structureId: string, userId: string): void {
  const [user, structure] = [graph.users.get(userId), graph.structures.get(structureId)];
  if (!user || !structure) return;
  const { externalId } = structure;
  const written = new Set(graph.classesOf(structureId).map((each) => each.externalId));
  graph.change(user, {
    classIds: user.classIds.filter((id) => graph.classes.get(id)?.structureId !== structureId),
    structureIds: user.structureIds.filter((id) => id !== structureId),
    removedFromStructures: [...new Set([...user.removedFromStructures, externalId])],
    writtenClasses: user.writtenClasses?.filter((each) => !written.has(each)) ?? [],
  });
}

/** The relative joins the school and the classes of the pupil (§1.7). Again: no effect. Throws EntError 404. */
export function relate(graph: Graph, studentId: string, relativeId: string): void {
  const relative = graph.users.get(relativeId);
  if (relative?.type !== 'Relative' || relative.deleteDate !== null)
    throw new EntError('user.not.found', 404);
  const student = linkFamily(graph, studentId, relativeId);
  if (!student) throw new EntError('user.not.found', 404);
  join(graph, relative, student);
}

/** The relative leaves the pupil's classes, but for those of another child; the school it stays in (§1.7). */
export function unrelate(graph: Graph, studentId: string, relativeId: string): void {
  const student = graph.users.get(studentId);
  if (!student?.relativeIds.includes(relativeId)) return;
  graph.change(student, { relativeIds: student.relativeIds.filter((id) => id !== relativeId) });
  const relative = graph.users.get(relativeId);
  if (!relative) return;
  const ofOthers = new Set(graph.childrenOf(relativeId).flatMap(({ classIds }) => classIds));
  graph.change(relative, {
    classIds: relative.classIds.filter((id) => ofOthers.has(id) || !student.classIds.includes(id)),
  });
}

/** The link alone. Undefined: there is no such pupil. */
export function linkFamily(graph: Graph, studentId: string, relativeId: string): User | undefined {
  const student = graph.users.get(studentId);
  if (student?.type !== 'Student' || student.deleteDate !== null) return undefined;
  if (student.relativeIds.includes(relativeId)) return student;
  return graph.change(student, { relativeIds: [...student.relativeIds, relativeId] });
}

function join(
  graph: Graph,
  user: User,
  { classIds, structureIds }: Pick<User, 'classIds' | 'structureIds'>,
): void {
  graph.change(user, {
    classIds: [...new Set([...user.classIds, ...classIds])],
    structureIds: [...new Set([...user.structureIds, ...structureIds])],
  });
}
