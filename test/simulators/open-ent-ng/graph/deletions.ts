import type { Graph } from './graph.js';
import { EntError, type User } from './nodes.js';

const deletable = ['MANUAL', 'CSV', 'CLASS_PARAM', 'BE1D', 'SSO'];

/**
 * §1.6. All or nothing: whom a feed states is deleted by no call, unless the feed has lost him. A user never activated
 * is physically gone at once, login freed; another one is kept, without school, class and family. Throws EntError.
 */
export function remove(graph: Graph, userIds: readonly string[]): void {
  if (userIds.length === 0) throw new EntError('Missing users.');
  const users = userIds.map((id) => graph.users.get(id));
  const mayGo = (user: User | undefined) =>
    user && (deletable.includes(user.source) || user.disappearanceDate !== null);
  if (!users.every(mayGo)) throw new EntError('unauthorized.user');
  for (const id of userIds) {
    const user = graph.users.get(id);
    if (user?.activationCode === null) preDelete(graph, user, graph.clock.now());
    else if (user) eraseUser(graph, user);
  }
}

/** `atMs` since 1970. Again: the date is that of now, the backup that of then. */
export function preDelete(graph: Graph, user: User, atMs: number): void {
  const { classIds, structureIds } = user;
  for (const child of graph.childrenOf(user.id)) leave(graph, child, user.id);
  graph.change(user, {
    deleteDate: atMs,
    backup: user.backup ?? { classIds, structureIds },
    ...{ classIds: [], structureIds: [], relativeIds: [] },
  });
}

/** Groups come back, family links do not (row J). What is gone physically, or was never there, is passed over without a word (§1.6). */
export function restore(graph: Graph, userIds: readonly string[]): void {
  for (const id of userIds) {
    const user = graph.users.get(id);
    if (!user?.backup) continue;
    const { classIds, structureIds } = user.backup;
    graph.change(user, {
      ...{ deleteDate: null, disappearanceDate: null, backup: null },
      ...{ classIds: classIds.filter((each) => graph.classes.has(each)), structureIds },
    });
  }
}

const dayMs = 24 * 60 * 60_000;
/** `pre-delete-user-delay`, as it stands by default (§4). */
const delayMs = 90 * dayMs;

/**
 * What the platform does by itself (§4): who has been missing from the feed for 90 days is pre-deleted (05:00 of a day),
 * who has been pre-deleted for 90 days is gone (Saturdays at 05:30, as production has it). UTC.
 */
export function purge(graph: Graph): void {
  const nowMs = graph.clock.now();
  for (const id of [...graph.ending]) {
    const user = graph.users.get(id);
    if (!user) continue;
    let { deleteDate } = user;
    if (deleteDate === null && user.disappearanceDate !== null) {
      const atMs = nextDaily(user.disappearanceDate + delayMs);
      if (atMs > nowMs) continue;
      preDelete(graph, user, atMs);
      deleteDate = atMs;
    }
    const left = graph.users.get(id);
    const purgedMs = graph.purgeDays * dayMs;
    if (left && deleteDate !== null && nextSaturday(deleteDate + purgedMs) <= nowMs)
      eraseUser(graph, left);
  }
}

function nextDaily(fromMs: number): number {
  const atMs = Math.floor(fromMs / dayMs) * dayMs + 5 * 3_600_000;
  return atMs >= fromMs ? atMs : atMs + dayMs;
}

function nextSaturday(fromMs: number): number {
  const atMs = Math.floor(fromMs / dayMs) * dayMs + 5.5 * 3_600_000;
  for (let each = atMs; ; each += dayMs)
    if (each >= fromMs && new Date(each).getUTCDay() === 6) return each;
}

function eraseUser(graph: Graph, user: User): void {
  for (const child of graph.childrenOf(user.id)) leave(graph, child, user.id);
  graph.record({ remove: user.id });
}

function leave(graph: Graph, child: User, relativeId: string): void {
  graph.change(child, { relativeIds: child.relativeIds.filter((id) => id !== relativeId) });
}
