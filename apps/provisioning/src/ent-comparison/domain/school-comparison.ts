import { classesSeen, type SeenClass } from './class-labels.js';
import { nameKey, shownName } from './names.js';

/** An account as the books have it, of the school that is compared or of a user seen there. */
export type BookedAccount = {
  readonly accountId: string;
  /** Under which the ENT has it, or will. */
  readonly externalId: string;
  readonly profile: string;
  readonly uai: string;
  /** The classes that the ENT was told, of any school. */
  readonly places: readonly BookedPlace[];
  readonly entId: string | null;
  /** Deleted in the ENT, by the books. */
  readonly isRemoved: boolean;
  /** Its block there is what the state demands; null: the state says nothing of it. */
  readonly mustBeBlocked: boolean | null;
  readonly isOpen: boolean;
  /** Will have a user there, and by the books has none yet. */
  readonly awaitsUser: boolean;
  /** The ENT is being told of it just now: what it has is not to be judged. */
  readonly isAtWork: boolean;
  /** What it is to be told waits for a person's word, up to three months: it is set beside what it was told before (PRV-8). */
  readonly isHeld: boolean;
  /** A person has refused that it is told so: nothing of that is asked again, but who is lost is made anew (PRV-8). */
  readonly isRejected: boolean;
  /** Blocked there, by what it was told. */
  readonly isToldBlocked: boolean;
  /** Used at least once: whoever has it knows a password. */
  readonly wasUsed: boolean;
  /** Active by the books, and the ENT had it so at the last look. */
  readonly isActive: boolean;
  readonly holdsSeat: boolean;
  /** Its way in names it by a key that came after the ENT had it, and it was never used (AUT-1). */
  readonly hasLateKey: boolean;
  readonly person: SeenPerson | null;
  /** The ENT was told who the person is today. */
  readonly isNamed: boolean;
  /** Of a relative: whom the ENT has as its children, by the books. */
  readonly linkedChildIds: readonly string[];
};

export type BookedPlace = {
  readonly uai: string;
  readonly label: string;
  readonly classId: string;
};

export type SeenPerson = {
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
};

/** A user as the ENT has it. */
export type SeenUser = SeenPerson & {
  readonly entId: string;
  readonly externalId: string;
  /** We made it, whether we know it or not. */
  readonly isOfOurForm: boolean;
  /** In the ENT's console or by a call, not by a feed or a file. */
  readonly isMadeByHand: boolean;
  /** An academy's feed states it: no call deletes it, and the federated ways in may find it (§1.6, §3.2). */
  readonly isFed: boolean;
  readonly login: string;
  /** In our words; undefined: a profile that we never make. */
  readonly profile: string | undefined;
  readonly isBlocked: boolean;
  /** Used at least once. */
  readonly isActivated: boolean;
  readonly classes: readonly { readonly entId: string; readonly label: string }[];
  readonly childEntIds: readonly string[];
};

export type Pair = { readonly account: BookedAccount; readonly user: SeenUser };
/** `extraClassIds`: classes of ours in which nobody has put it. */
export type PlacesDiffer = Pair & { readonly extraClassIds: readonly string[] };
export type LinksDiffer = Pair & {
  readonly lostChildIds: readonly string[];
  readonly extraChildIds: readonly string[];
};

/** The account's own user bears the identifier of another account: a federated login of the other one would open it. */
export type Exchanged = Pair & { readonly other: BookedAccount };

/** Of an account whose work waits for a person's word. */
export type Waiting = {
  readonly kind: 'MISSING' | 'RENUMBERED' | 'BLOCK' | 'PLACE' | 'NAME';
  readonly account: BookedAccount;
  readonly user: SeenUser | undefined;
};

/** Told of a school at most: a member that leaves waits with all its schools. */
const waitingMax = 100;

export type SchoolComparison = {
  /** Users that the ENT has in the school. */
  readonly users: number;
  /** Accounts that it should have there, by the books. */
  readonly compared: number;
  readonly atWork: number;
  /** What differs of who waits for a person's word: told, and left until then. The first of them. */
  readonly waiting: readonly Waiting[];
  /** Made there by others: never touched. */
  readonly others: number;
  /** Not in the school: gone, or elsewhere in the ENT. */
  readonly missing: readonly BookedAccount[];
  /** Ours by its externalId, under an identifier of the ENT's that the books do not have. */
  readonly renumbered: readonly Pair[];
  /** Deleted there, by the books, and there again. */
  readonly back: readonly Pair[];
  readonly blocks: readonly Pair[];
  /** Not in a class that the ENT was told of, or in one of ours that it was not told of. */
  readonly places: readonly PlacesDiffer[];
  /** In other classes than the books say, of a fed school: recorded, since the academy decides (PRV-9). */
  readonly fedPlaces: readonly Pair[];
  /** Under another name than the directory states, in a fed school: reported, since the next feed would write it again. */
  readonly fedNames: readonly Pair[];
  /** Put into this school by hand, in none of our classes: they are of others. */
  readonly strays: readonly Pair[];
  /** A second user of a person who has one there: the user is the second. */
  readonly duplicates: readonly Pair[];
  /** Under another name or birth date than the ENT was told. */
  readonly named: readonly Pair[];
  /** Never used, and under another identifier than the one its way in looks for: it would find nobody. */
  readonly lateKeys: readonly Pair[];
  readonly links: readonly LinksDiffer[];
  /** Of a fed school, links beyond the books: a feed restores what the directory has taken back, so no plan holds their cut. */
  readonly restoredLinks: readonly LinksDiffer[];
  /** Active by the books, and its activation code is unused again in the ENT. */
  readonly lostActivations: readonly Pair[];
  /** Users created by hand by others in our classes, without second users; with classes of ours alone. */
  readonly handMade: readonly SeenUser[];
  /** Our classes with an identifier unknown to the books: identified by their members, labelled as in the books. */
  readonly foundClasses: readonly SeenClass[];
  /** Classes of ours under another label. */
  readonly renamedClasses: readonly SeenClass[];
  /** The structure's identifier, where its UAI or name is not the school's. */
  readonly renamedStructures: readonly string[];
  readonly exchanged: readonly Exchanged[];
  /** The account's own user bears an identifier that no account has: its federated way in finds nobody. */
  readonly misnamed: readonly Pair[];
  /** The user that an account waits for, made by us under an identifier that we have lost. */
  readonly adoptable: readonly Pair[];
  /** Of our form, known here no more, and nobody's whom we could name. */
  readonly unknown: readonly SeenUser[];
};

/**
 * Sets what the ENT has in one school against the books. `accounts`: all of the school, and those of any school that a
 * user or one of its children is, by either identifier. `ourClasses`: classes of the school that we made, with their labels.
 * `isFed`: an academy's feed decides there on classes and on how names are written.
 */
export function compareSchool(
  uai: string,
  accounts: readonly BookedAccount[],
  listed: readonly SeenUser[],
  ourClasses: ReadonlyMap<string, string>,
  isFed = false,
): SchoolComparison {
  const { labels, found, renamed } = classesSeen(uai, accounts, listed, ourClasses);
  const ourClassIds = new Set(labels.keys());
  // The books give the label of our classes, since the ENT's may be renamed.
  const users = listed.map((user) => ({
    ...user,
    classes: user.classes.map(({ entId, label }) => ({ entId, label: labels.get(entId) ?? label })),
  }));
  const byId = new Map(accounts.map((account) => [account.accountId, account]));
  const byExternalId = new Map(accounts.map((account) => [account.externalId, account]));
  const byEntId = new Map(accounts.flatMap((each) => (each.entId ? [[each.entId, each]] : [])));
  const accountOf = (user: SeenUser) =>
    byEntId.get(user.entId) ?? byExternalId.get(user.externalId) ?? byId.get(user.externalId);
  const all = users.flatMap((user) => {
    const account = accountOf(user);
    return account ? [{ account, user }] : [];
  });
  const own = new Map(
    all.flatMap(({ account, user }) =>
      account.entId === user.entId ? [[account.accountId, user] as const] : [],
    ),
  );
  // Whoever bears a name of an account whose own user is there, too, is its second, and never taken for the first.
  const isSecond = ({ account: { accountId }, user }: Pair) =>
    (own.get(accountId) ?? user).entId !== user.entId;
  const pairs = all.filter((pair) => !isSecond(pair));
  const seen = new Set(pairs.map(({ account }) => account.accountId));
  const judged = pairs.filter(({ account }) => !account.isAtWork && account.uai === uai);
  const standing = judged.filter(({ account }) => account.entId !== null && !account.isRemoved);
  const guests = pairs.filter(
    ({ account, user }) =>
      !account.isAtWork &&
      !account.isRemoved &&
      account.uai !== uai &&
      account.entId === user.entId,
  );
  const expected = accounts.filter(
    (account) => account.uai === uai && account.entId !== null && !account.isRemoved,
  );
  const lost = users.filter((user) => user.isOfOurForm && !accountOf(user));
  const byOthers = users.filter((user) => !user.isOfOurForm && !accountOf(user));
  const open = pairs.filter(
    ({ account, user }) =>
      !account.isAtWork && account.isOpen && !account.isRemoved && account.entId === user.entId,
  );
  const byUserId = new Map(users.map((user) => [user.entId, user]));
  const placed = open
    .filter(({ account, user }) => account.uai === uai || isHome(account, user))
    .map((pair) => ({
      ...pair,
      extraClassIds: extraClassesOf(uai, pair, { ourClassIds, byUserId }),
    }));
  const adoptable = adoptions(uai, accounts, lost);
  const secondByOthers = secondUsers(accounts, own, byOthers);
  const second = new Set(secondByOthers.map(({ user }) => user.entId));
  const othersName = standing.flatMap((pair) => {
    const { account, user } = pair;
    if (account.entId !== user.entId || account.externalId === user.externalId) return [];
    return [{ ...pair, other: byExternalId.get(user.externalId) }];
  });
  const adopted = new Set(adoptable.map(({ user }) => user.entId));
  const held = expected.filter(({ isHeld }) => isHeld);
  const byHand = pairs.filter(
    ({ account, user }) =>
      account.isHeld &&
      account.uai === uai &&
      account.entId === user.entId &&
      isBlockOfOthers(account, user),
  );
  const userOf = new Map(pairs.map(({ account, user }) => [account.accountId, user]));
  const links = standing.flatMap((pair) => linksOf(pair, byId, byEntId, users));
  const differsByName = (isSame: typeof isSamePerson) =>
    standing.filter(
      ({ account: { isOpen, isNamed, person }, user }) =>
        isOpen && isNamed && person !== null && !isSame(person, user),
    );
  return {
    users: users.length,
    waiting: held
      .flatMap((account) => waitingOf(uai, account, userOf.get(account.accountId)))
      .slice(0, waitingMax),
    compared: expected.filter(({ isAtWork }) => !isAtWork).length,
    atWork: expected.filter(({ isAtWork }) => isAtWork).length,
    others: byOthers.length,
    missing: expected.filter(
      ({ isAtWork, isRejected, accountId }) => (!isAtWork || isRejected) && !seen.has(accountId),
    ),
    renumbered: judged.filter(
      ({ account, user }) => !account.isRemoved && account.entId !== user.entId,
    ),
    back: pairs.filter(({ account }) => account.isRemoved && !account.isAtWork),
    blocks: [
      ...standing.filter(
        ({ account: { mustBeBlocked }, user }) =>
          mustBeBlocked !== null && mustBeBlocked !== user.isBlocked,
      ),
      ...byHand,
    ],
    places: placed.filter(
      ({ account, user, extraClassIds }) =>
        !isFed &&
        (extraClassIds.length > 0 ||
          (account.uai === uai && account.places.some((place) => !isThere(uai, place, user)))),
    ),
    fedPlaces: isFed ? open.filter((pair) => isPlacedOtherwise(uai, pair)) : [],
    fedNames: isFed ? differsByName(isSameFedPerson) : [],
    strays: placed.filter(
      ({ account, user, extraClassIds }) =>
        !isFed &&
        extraClassIds.length === 0 &&
        ![account, ...account.places].some((place) => place.uai === uai) &&
        !user.childEntIds.some((childId) => byUserId.has(childId)),
    ),
    duplicates: [
      ...all.filter((pair) => isSecond(pair) && !pair.account.isAtWork),
      ...secondByOthers,
    ],
    named: isFed ? [] : differsByName(isSamePerson),
    lateKeys: standing.filter(
      ({ account: { hasLateKey }, user }) => hasLateKey && !user.isActivated,
    ),
    links: [
      ...links.flatMap((each) => (isFed ? lostOf(each) : [each])),
      // Of a guardian of another school: this list alone shows whether the child is there.
      ...guests.flatMap((pair) => linksOf(pair, byId, byEntId, users)).flatMap(lostOf),
    ],
    restoredLinks: links.flatMap((each) => (isFed ? extraOf(each) : [])),
    lostActivations: standing.filter(({ account, user }) => account.isActive && !user.isActivated),
    exchanged: othersName.flatMap(({ other, ...pair }) => (other ? [{ ...pair, other }] : [])),
    misnamed: othersName.flatMap(({ other, ...pair }) => (other ? [] : [pair])),
    handMade: byOthers
      .filter(({ isMadeByHand, entId }) => isMadeByHand && !second.has(entId))
      .map((user) => ({
        ...user,
        classes: user.classes.filter(({ entId }) => ourClassIds.has(entId)),
      }))
      .filter(({ classes }) => classes.length > 0),
    foundClasses: found,
    renamedClasses: renamed,
    renamedStructures: [],
    adoptable,
    unknown: lost.filter(({ entId }) => !adopted.has(entId)),
  };
}

/** Of another school, and there: who is not there is found by its own school to be elsewhere. */
const isHome = ({ uai, places }: BookedAccount, { classes }: SeenUser): boolean =>
  places.some((place) => place.uai === uai && classes.some(({ entId }) => entId === place.classId));

/** Beside what the ENT was told before: what waits is not its fault. */
function waitingOf(uai: string, account: BookedAccount, user: SeenUser | undefined): Waiting[] {
  const { entId, isToldBlocked, isOpen, isNamed, person, places } = account;
  const differs = (kind: Waiting['kind']) => [{ kind, account, user }];
  if (!user) return account.isRejected ? [] : differs('MISSING');
  if (user.entId !== entId) return differs('RENUMBERED');
  if (user.isBlocked !== isToldBlocked && !isBlockOfOthers(account, user)) return differs('BLOCK');
  if (isOpen && places.some((place) => !isThere(uai, place, user))) return differs('PLACE');
  if (isOpen && isNamed && person !== null && !isSamePerson(person, user)) return differs('NAME');
  return [];
}

/**
 * Shut out by hand though it may come in, or let in though it is suspended: the ENT was told what the state demands, and that
 * waits for no plan of its name, its class or its school.
 */
const isBlockOfOthers = (
  { mustBeBlocked, isToldBlocked }: BookedAccount,
  { isBlocked }: SeenUser,
) => mustBeBlocked === isToldBlocked && isBlocked !== isToldBlocked;

/** Of the school that is compared by its label too: a class made anew has another identifier. */
function isThere(uai: string, place: BookedPlace, { classes }: SeenUser): boolean {
  return classes.some(
    ({ entId, label }) => entId === place.classId || (place.uai === uai && label === place.label),
  );
}

/**
 * By the identifiers of classes alone: a fed class has the name of ours beside it (row I). A guardian's classes follow its
 * children.
 */
function isPlacedOtherwise(uai: string, { account, user }: Pair): boolean {
  if (account.uai !== uai || account.profile === 'RELATIVE') return false;
  const booked = account.places.filter((place) => place.uai === uai);
  if (booked.length === 0) return user.classes.length > 0;
  return booked.some(({ classId }) => !user.classes.some(({ entId }) => entId === classId));
}

/**
 * Classes of ours in which nobody has put a user, by our words. A guardian is brought by the ENT itself into the class of
 * a child, which is another difference where that link is not ours.
 */
function extraClassesOf(
  uai: string,
  { account: { places }, user }: Pair,
  {
    ourClassIds,
    byUserId,
  }: {
    readonly ourClassIds: ReadonlySet<string>;
    readonly byUserId: ReadonlyMap<string, SeenUser>;
  },
): string[] {
  const ofChildren = user.childEntIds.flatMap((childId) => byUserId.get(childId)?.classes ?? []);
  const withChild = new Set(ofChildren.map(({ entId }) => entId));
  return user.classes.flatMap(({ entId, label }) => {
    const isTold = places.some(
      (place) => place.classId === entId || (place.uai === uai && place.label === label),
    );
    return ourClassIds.has(entId) && !isTold && !withChild.has(entId) ? [entId] : [];
  });
}

/**
 * Users whom others made, of a person whose account has its own user in the same list: known by names and birth date, or
 * of a guardian without one by names and a child of both. One account alone can be meant.
 */
function secondUsers(
  accounts: readonly BookedAccount[],
  own: ReadonlyMap<string, SeenUser>,
  byOthers: readonly SeenUser[],
): Pair[] {
  const having = accounts.flatMap((account) => {
    const user = own.get(account.accountId);
    return user && !account.isRemoved && account.person ? [{ account, user }] : [];
  });
  const nameOf = ({ firstName, lastName }: SeenPerson) =>
    `${nameKey(lastName)}|${nameKey(firstName)}`;
  const byName = Map.groupBy(having, ({ account }) => nameOf(account.person!));
  return byOthers.flatMap((second) => {
    const meant = (byName.get(nameOf(second)) ?? []).filter(({ account, user }) => {
      if (account.profile !== second.profile) return false;
      const [ours, theirs] = [account.person!.birthDate, second.birthDate];
      if (ours !== '' && theirs !== '') return ours === theirs;
      return second.childEntIds.some((childId) => user.childEntIds.includes(childId));
    });
    const [one, ...others] = meant;
    return one && others.length === 0 ? [{ account: one.account, user: second }] : [];
  });
}

/**
 * The classes that the books should say from now on: where a user is, as far as it is ours to say. Of a guardian those
 * alone that were told, since others may have brought it into the class of a child of theirs, and `extraClassIds`.
 */
export function placesIn(
  uai: string,
  classIds: ReadonlySet<string>,
  { account: { profile, places }, user, extraClassIds = [] }: Pair & Partial<PlacesDiffer>,
): BookedPlace[] {
  return user.classes.flatMap(({ entId: classId, label }) => {
    const told =
      places.find((place) => place.classId === classId) ??
      places.find((place) => place.uai === uai && place.label === label && classIds.has(classId));
    if (told) return [{ ...told, classId }];
    const isOfOurs = profile !== 'RELATIVE' || extraClassIds.includes(classId);
    return isOfOurs && classIds.has(classId) ? [{ uai, label, classId }] : [];
  });
}

/** Children whom the ENT has lost themselves are not told twice: their links go and come with them. */
function linksOf(
  { account, user }: Pair,
  byId: ReadonlyMap<string, BookedAccount>,
  byEntId: ReadonlyMap<string, BookedAccount>,
  users: readonly SeenUser[],
): LinksDiffer[] {
  if (account.profile !== 'RELATIVE') return [];
  const there = new Set(user.childEntIds);
  const inSchool = new Set(users.map(({ entId }) => entId));
  const booked = new Set(account.linkedChildIds);
  const lostChildIds = account.linkedChildIds.filter((childId) => {
    const entId = byId.get(childId)?.entId ?? '';
    return inSchool.has(entId) && !there.has(entId);
  });
  const extraChildIds = user.childEntIds.flatMap((entId) => {
    const child = byEntId.get(entId);
    const isExtra =
      child?.profile === 'STUDENT' && !child.isRemoved && !booked.has(child.accountId);
    return isExtra ? [child.accountId] : [];
  });
  if (lostChildIds.length + extraChildIds.length === 0) return [];
  return [{ account, user, lostChildIds, extraChildIds }];
}

const lostOf = (links: LinksDiffer): LinksDiffer[] =>
  links.lostChildIds.length === 0 ? [] : [{ ...links, extraChildIds: [] }];
const extraOf = (links: LinksDiffer): LinksDiffer[] =>
  links.extraChildIds.length === 0 ? [] : [{ ...links, lostChildIds: [] }];

/** One account and one user of the same person, profile and school, and nobody else who could be meant. */
function adoptions(
  uai: string,
  accounts: readonly BookedAccount[],
  lost: readonly SeenUser[],
): Pair[] {
  const own = accounts.filter((account) => account.uai === uai && !account.isRemoved);
  const accountsOf = Map.groupBy(own, ({ profile, person }) => personKey(profile, person));
  const usersOf = Map.groupBy(lost, (user) => personKey(user.profile, user));
  return [...usersOf].flatMap(([key, [user, ...otherUsers]]) => {
    const [account, ...otherAccounts] = accountsOf.get(key) ?? [];
    const isOne = otherUsers.length + otherAccounts.length === 0;
    if (key === '' || !account || !user || !isOne || !account.awaitsUser) return [];
    return [{ account, user }];
  });
}

/** Empty: too little is known to tell one person from another. */
function personKey(profile: string | undefined, person: SeenPerson | null): string {
  if (profile === undefined || !person || person.birthDate === '') return '';
  return [profile, nameKey(person.lastName), nameKey(person.firstName), person.birthDate].join('|');
}

/** A birth date counts where the books have one. */
const isSamePerson = (ours: SeenPerson, theirs: SeenPerson): boolean =>
  shownName(ours.lastName) === shownName(theirs.lastName) &&
  shownName(ours.firstName) === shownName(theirs.firstName) &&
  (ours.birthDate === '' || ours.birthDate === theirs.birthDate);

/** The feed writes last names in capitals, and perhaps without accents. */
const isSameFedPerson = (ours: SeenPerson, theirs: SeenPerson): boolean =>
  nameKey(ours.lastName) === nameKey(theirs.lastName) &&
  nameKey(ours.firstName) === nameKey(theirs.firstName) &&
  (ours.birthDate === '' || ours.birthDate === theirs.birthDate);

/** What is to be done about a user beyond those of the books: nothing more where it is blocked, or an academy's own. */
export const mayBlock = ({ isBlocked, isFed }: SeenUser): boolean => !isBlocked && !isFed;

/**
 * Nothing that a longer look could do more about: the first list alone bears it out. Unknown and second users who are
 * blocked already, or an academy's, wait for a person, each night, and are told from that list.
 */
export function isAlike(comparison: SchoolComparison): boolean {
  const { missing, renumbered, back, blocks, places, named, links, adoptable, unknown } =
    comparison;
  const { lateKeys, waiting, strays, duplicates, exchanged, misnamed, lostActivations } =
    comparison;
  const free = unknown.filter(mayBlock);
  const second = duplicates.filter(({ user }) => mayBlock(user));
  const found = [
    missing,
    renumbered,
    back,
    blocks,
    places,
    named,
    lateKeys,
    links,
    adoptable,
    free,
    waiting,
    strays,
    second,
    exchanged,
    misnamed,
    lostActivations,
    comparison.foundClasses,
    comparison.fedPlaces,
    comparison.restoredLinks,
  ];
  return found.every((each) => each.length === 0);
}
