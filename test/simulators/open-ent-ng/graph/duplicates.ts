import type { Graph } from './graph.js';
import { loginBase } from './login-and-code.js';
import type { EntProfile, User } from './nodes.js';

/** `allow-activate-duplicate`, as it stands by default (§1.9). */
const mayBeUsed: readonly EntProfile[] = ['Relative'];
const scoreMin = 3;

/**
 * §1.12, a job of its own (`/duplicates/mark`), which the feed does not run (row I): people of one profile and like names
 * (the platform's own likeness is wider), one of them never used, of whom one alone is a feed's, or one is missing from it.
 * A pair that somebody has merged or put aside is none.
 */
export function markDuplicates(graph: Graph): void {
  const living = [...graph.users.values()].filter(({ deleteDate }) => deleteDate === null);
  const likes = Map.groupBy(
    living,
    ({ type, firstName, lastName }) => `${type} ${loginBase(firstName, lastName)}`,
  );
  for (const alike of likes.values())
    for (const [at, one] of alike.entries())
      for (const other of alike.slice(at + 1))
        if (areMarked(one, other)) {
          mark(graph, one.id, other.id);
          mark(graph, other.id, one.id);
        }
}

/** Of those that are still there. */
export const duplicatesOf = (graph: Graph, { duplicateIds = [] }: User): User[] =>
  duplicateIds.flatMap((id) => graph.users.get(id) ?? []);

/** §1.9: such an account is not activated before one of the two is gone, merged or put aside. */
export const isKeptOut = (graph: Graph, user: User): boolean =>
  !mayBeUsed.includes(user.type) && duplicatesOf(graph, user).length > 0;

export function scoreOf(one: User, other: User): number {
  const same = [
    one.lastName === other.lastName,
    one.firstName === other.firstName,
    one.birthDate !== null && one.birthDate === other.birthDate,
    one.more.email !== undefined && one.more.email === other.more.email,
  ];
  return 2 + same.filter(Boolean).length;
}

function areMarked(one: User, other: User): boolean {
  const isFed = ({ source }: User) => source.startsWith('AAF');
  const isOneMissing = one.disappearanceDate !== null || other.disappearanceDate !== null;
  const isOneFed = isFed(one) !== isFed(other) && one.source !== other.source;
  const isOneUnused = one.activationCode !== null || other.activationCode !== null;
  return scoreOf(one, other) > scoreMin && isOneUnused && (isOneMissing || isOneFed);
}

function mark(graph: Graph, id: string, otherId: string): void {
  const user = graph.users.get(id)!;
  const { duplicateIds = [] } = user;
  if (!duplicateIds.includes(otherId))
    graph.change(user, { duplicateIds: [...duplicateIds, otherId] });
}
