import type { EntSchoolUsers, EntUser } from './ent-api.js';

/** One account as our books and the directory have it. */
export type BookedUser = {
  readonly accountId: string;
  /** What the ENT calls it; the two sides have nothing else in common that both tell. */
  readonly login: string;
  readonly isBlocked: boolean;
  /** It was used, by our books. */
  readonly isActivated: boolean;
  /** In the ENT's words: `Student`, `Relative`… */
  readonly type: string;
  readonly lastName: string;
  readonly firstName: string;
  /** Empty where the directory states none. */
  readonly birthDate: string;
  /** `UAI class`, all of them; of a guardian, those of its own: its children bring theirs. */
  readonly classes: readonly string[];
  /** Logins of its children who have a user in the ENT. */
  readonly children: readonly string[];
};

/** What may differ, with the words for one and for several. */
const words = {
  missing: ['compte absent de l’ENT', 'comptes absents de l’ENT'],
  extra: ['compte de l’ENT inconnu de nos registres', 'comptes de l’ENT inconnus de nos registres'],
  blocked: ['compte bloqué à tort', 'comptes bloqués à tort'],
  open: ['compte resté ouvert', 'comptes restés ouverts'],
  profile: ['compte d’un autre profil', 'comptes d’un autre profil'],
  name: ['compte sous un autre nom', 'comptes sous un autre nom'],
  birthDate: ['autre date de naissance', 'autres dates de naissance'],
  school: ['compte dans une autre école', 'comptes dans une autre école'],
  class: ['compte dans une autre classe', 'comptes dans une autre classe'],
  activation: ['première connexion vue d’un seul côté', 'premières connexions vues d’un seul côté'],
  links: ['lien de famille différent', 'liens de famille différents'],
} as const;
export type Fault = keyof typeof words;

export type EntComparison = {
  /** Users of the ENT that are as they should be, or not, by whether they are blocked. */
  readonly open: number;
  readonly blocked: number;
  /** Between a guardian and a child. */
  readonly links: number;
  /** Accounts or, of `extra`, logins that differ in this. */
  readonly faults: ReadonlyMap<Fault, readonly string[]>;
};

/** What the ENT has beside what it should have, user by user. Who is blocked is kept as it was: only its name is judged. */
export function compareEnt(
  booked: readonly BookedUser[],
  schools: readonly EntSchoolUsers[],
): EntComparison {
  const users = new Map(schools.flatMap((each) => each.users.map((user) => [user.login, user])));
  const logins = new Map([...users.values()].map(({ id, login }) => [id, login]));
  const uais = new Map(schools.map(({ id, UAI }) => [id, UAI]));
  const classesOf = classesByLogin(schools);
  const faults = new Map<Fault, string[]>();
  const blame = (fault: Fault, whom: string, isSo: boolean) => {
    if (isSo) faults.set(fault, [...(faults.get(fault) ?? []), whom]);
  };
  const figures = { open: 0, blocked: 0, links: 0 };
  for (const account of booked) {
    const { accountId, login, isBlocked } = account;
    const user = users.get(login);
    blame('missing', accountId, user === undefined);
    if (!user) continue;
    users.delete(login);
    const isBlockedThere = user.blocked === true;
    figures[isBlockedThere ? 'blocked' : 'open'] += 1;
    blame('blocked', accountId, isBlockedThere && !isBlocked);
    blame('open', accountId, !isBlockedThere && isBlocked);
    blame('profile', accountId, user.type !== account.type);
    blame('name', accountId, nameOf(user) !== nameOf(account));
    blame('birthDate', accountId, (user.birthDate ?? '') !== account.birthDate);
    if (isBlocked) continue;
    blame('activation', accountId, (user.code === null) !== account.isActivated);
    const children = user.children.flatMap(({ id }) => logins.get(id ?? '') ?? []);
    figures.links += children.length;
    blame('links', accountId, !isSame(children, account.children));
    const wanted = [
      ...account.classes,
      ...account.children.flatMap((child) => classesOf.get(child) ?? []),
    ];
    const found = classesOf.get(login) ?? [];
    const there = new Set(user.structures.map(({ id }) => uais.get(id) ?? ''));
    const isThere = wanted.every((place) => there.has(place.split(' ')[0] ?? ''));
    blame('school', accountId, !isThere);
    blame('class', accountId, isThere && !isSame(found, wanted));
  }
  for (const login of users.keys()) blame('extra', login, true);
  return { ...figures, faults };
}

/** French: « 2 comptes absents de l’ENT (id, id) », kind by kind. */
export function faultWords({ faults }: EntComparison): string[] {
  return [...faults].map(([fault, whom]) => {
    const named = whom.slice(0, 3).join(', ') + (whom.length > 3 ? '…' : '');
    return `${whom.length} ${words[fault][whom.length === 1 ? 0 : 1]} (${named})`;
  });
}

/** A school's list says the classes of its users in all schools, by their ids: `UAI class`. */
function classesByLogin(schools: readonly EntSchoolUsers[]): ReadonlyMap<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { classes, users, UAI } of schools) {
    const own = new Map(classes.map(({ id, name }) => [id, `${UAI} ${name}`]));
    for (const { login, allClasses } of users) {
      const here = allClasses.flatMap(({ id }) => own.get(id) ?? []);
      places.set(login, [...(places.get(login) ?? []), ...here]);
    }
  }
  return places;
}

const nameOf = ({ lastName, firstName }: Pick<EntUser, 'lastName' | 'firstName'>) =>
  `${lastName}|${firstName}`;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [new Set(one), new Set(other)];
  return left.size === right.size && [...left].every((each) => right.has(each));
}
