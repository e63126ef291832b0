import type { BookedAccount } from './books.js';
import type { StoredUser } from './ent-store.js';

export type Difference = {
  readonly kind:
    | 'existence'
    | 'unknown'
    | 'pre-deleted'
    | 'blocked'
    | 'activation'
    | 'profile'
    | 'name'
    | 'birth date'
    | 'external id'
    | 'classes'
    | 'schools'
    | 'guardian links';
  /** Of the account; of an unknown user the ENT's. */
  readonly id: string;
  readonly books: string;
  readonly ent: string;
};

const open = new Set(['PROVISIONED', 'ACTIVATED']);
const blocked = new Set(['SUSPENDED', 'CLOSING', 'WAITING_SEAT']);

/**
 * Each account of the books beside its user in the store, and each user of the store that no account has. Places and
 * families are judged of open accounts: a blocked one keeps those of before.
 */
export function compare(
  books: readonly BookedAccount[],
  store: readonly StoredUser[],
): Difference[] {
  const users = new Map(store.map((user) => [user.id, user]));
  const accounts = new Map(books.map((account) => [account.accountId, account]));
  const relatives = childrenByRelative(store);
  const differences: Difference[] = [];
  const claimed = new Set<string>();
  for (const account of books) {
    const { accountId: id, state, entId } = account;
    const user = entId === null ? undefined : users.get(entId);
    if (entId !== null) claimed.add(entId);
    const add = (kind: Difference['kind'], ofBooks: unknown, ofEnt: unknown) => {
      const [one, other] = [inWords(ofBooks), inWords(ofEnt)];
      if (one !== other) differences.push({ kind, id, books: one, ent: other });
    };
    if (state === 'DELETED') {
      if (user && !user.isPreDeleted) add('existence', 'absent', 'present');
      continue;
    }
    if (!open.has(state) && !blocked.has(state)) {
      add('existence', state, 'not judged');
      continue;
    }
    // Whoever was never open has no user.
    if (entId === null && blocked.has(state)) continue;
    add('existence', 'present', user ? 'present' : 'absent');
    if (!user) continue;
    add('pre-deleted', false, user.isPreDeleted);
    add('blocked', blocked.has(state) || account.isBlockedUrgently, user.isBlocked);
    add('activation', account.isActivated, user.activationCode === '');
    add('profile', account.type, user.type);
    add('external id', account.externalId, user.externalId);
    add('name', `${account.lastName} ${account.firstName}`, `${user.lastName} ${user.firstName}`);
    add('birth date', account.birthDate, user.birthDate);
    if (!open.has(state)) continue;
    const children = account.childIds.flatMap((childId) => accounts.get(childId) ?? []);
    const linked = children.filter((child) => child.entId !== null);
    const classes = [account, ...linked].flatMap((each) =>
      each === account || open.has(each.state) ? each.ownClasses : placesOf(users, each),
    );
    add('classes', sorted(classes), sorted(user.classes));
    add('schools', sorted(classes.map(uaiOf)), sorted(user.schools));
    add(
      'guardian links',
      sorted(linked.map((child) => child.entId ?? '')),
      sorted(relatives.get(user.id) ?? []),
    );
  }
  for (const user of store) {
    if (claimed.has(user.id) || user.isPreDeleted) continue;
    const name = `${user.lastName} ${user.firstName}`;
    differences.push({ kind: 'unknown', id: user.id, books: 'absent', ent: name });
  }
  return differences;
}

/** Where the ENT has a child that is not open: its guardian stays there. */
const placesOf = (users: ReadonlyMap<string, StoredUser>, { entId }: BookedAccount) =>
  users.get(entId ?? '')?.classes ?? [];

function childrenByRelative(store: readonly StoredUser[]): ReadonlyMap<string, string[]> {
  const children = new Map<string, string[]>();
  for (const { id, relativeIds } of store)
    for (const relative of relativeIds)
      children.set(relative, [...(children.get(relative) ?? []), id]);
  return children;
}

const uaiOf = (place: string) => place.split(' ')[0] ?? '';
const sorted = (list: readonly string[]) => [...new Set(list)].sort();
const inWords = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : String(value);

/** One line each, with both sides. */
export const lineOf = ({ kind, id, books, ent }: Difference): string =>
  `${kind} ${id}: books ${books} | ENT ${ent}`;
