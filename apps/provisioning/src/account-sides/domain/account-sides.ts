import { frenchDate, type LocalDate } from '#libs/time';

export type SidePlace = { readonly uai: string; readonly label: string };
type Person = {
  readonly lastName: string;
  readonly firstName: string;
  /** YYYY-MM-DD; empty: not known. */
  readonly birthDate: string;
};

/** The person of an account as the directory has told it. */
export type DirectorySide = Person & {
  /** By which its federated way in names it; empty: no source says, or it comes in otherwise. */
  readonly key: string;
  readonly places: readonly SidePlace[];
  /** Children of a relative, guardians of a pupil, as far as they have an account in the ENT. */
  readonly familyEntIds: readonly string[];
};

export type BooksSide = {
  readonly state: string;
  readonly profile: string;
  readonly entId: string | null;
  /** Deleted in the ENT, by the books. */
  readonly isRemoved: boolean;
  readonly externalId: string;
  /** The key came after the ENT had been told another identifier, which never changes there (AUT-1). */
  readonly hasLateKey: boolean;
  readonly login: string;
  readonly mustBeBlocked: boolean;
  readonly wasUsed: boolean;
  /** The ENT was told who the person is today. */
  readonly isNamed: boolean;
  /** The classes that the ENT was told. */
  readonly places: readonly SidePlace[];
  readonly familyEntIds: readonly string[];
};

/** Its user as the ENT says at this moment. */
export type EntSide =
  | { readonly is: 'NONE' | 'ABSENT' }
  /** No answer that may be believed. */
  | { readonly is: 'UNKNOWN'; readonly code: string }
  | ({ readonly is: 'PRE_DELETED'; readonly deletedOn: LocalDate | undefined } & EntUserSide)
  | ({
      readonly is: 'PRESENT';
      readonly places: readonly SidePlace[];
      readonly familyEntIds: readonly string[];
    } & EntUserSide);
type EntUserSide = Person & {
  readonly externalId: string;
  readonly login: string;
  readonly isBlocked: boolean;
  readonly isActivated: boolean;
};

export type AccountSides = {
  /** Null: the directory has erased the person, or never told it. */
  readonly directory: DirectorySide | null;
  readonly books: BooksSide;
  readonly ent: EntSide;
};

export type SideLine = {
  readonly about: 'NAME' | 'BIRTH_DATE' | 'KEY' | 'LOGIN' | 'BLOCK' | 'USE' | 'FAMILY';
  readonly directory: string;
  readonly books: string;
  readonly ent: string;
  readonly differs: boolean;
};
export type PlaceLine = SidePlace & {
  readonly inDirectory: boolean;
  readonly inBooks: boolean;
  readonly inEnt: boolean;
};

export type ComparedSides = {
  readonly entInWords: string;
  readonly lines: readonly SideLine[];
  readonly places: readonly PlaceLine[];
  /** French, without any value: what differs, and what becomes of it. */
  readonly differences: readonly string[];
  /** The ENT keeps who should be there, and was deleted by others. */
  readonly mayRestore: boolean;
};

/** Sets the three sides of one account side by side (PRV-5). Pure: what is asked of whom stands in `sides`. */
export function compareSides(sides: AccountSides): ComparedSides {
  const { books, ent } = sides;
  const lines = linesOf(sides);
  const places = placesOf(sides);
  return {
    entInWords: entInWords(ent),
    lines,
    places,
    mayRestore: mayRestore(books, ent),
    differences: [
      ...presence(books, ent),
      ...lines.flatMap(({ about, differs }) => (differs ? [lineWords[about]] : [])),
      ...placeWords(sides, places),
    ],
  };
}

/** Whom the books have deleted comes back by the directory alone, and gets this user again then (PRV-3). */
export const mayRestore = ({ state, isRemoved, entId }: BooksSide, ent: EntSide): boolean =>
  ent.is === 'PRE_DELETED' && entId !== null && !isRemoved && state !== 'DELETED';

function entInWords(ent: EntSide): string {
  switch (ent.is) {
    case 'NONE':
      return 'L’ENT n’a pas encore été averti de ce compte.';
    case 'ABSENT':
      return 'L’ENT ne connaît pas ce compte.';
    case 'UNKNOWN':
      return `L’ENT n’a pas donné de réponse fiable (${ent.code}) : seuls l’annuaire et nos livres sont comparés. Réessayez dans quelques minutes.`;
    case 'PRE_DELETED':
      return ent.deletedOn === undefined
        ? 'L’ENT a supprimé ce compte, et le garde encore.'
        : `L’ENT a supprimé ce compte le ${frenchDate(ent.deletedOn)}, et le garde encore.`;
    case 'PRESENT':
      return 'L’ENT a ce compte.';
  }
}

/** Whether it is there at all: who should be, and who should not. */
function presence(books: BooksSide, ent: EntSide): string[] {
  const { state, isRemoved, entId } = books;
  if (mayRestore(books, ent))
    return [
      'Le compte a été supprimé dans l’ENT sans que nos livres le demandent : il peut être restauré, avec son identifiant et son contenu.',
    ];
  if (ent.is === 'PRESENT' && isRemoved)
    return [
      'Le compte est supprimé dans nos livres et de nouveau présent dans l’ENT : le rapprochement de la nuit propose de le supprimer, au niveau 3 de l’accepter.',
    ];
  if (ent.is === 'ABSENT' && entId !== null && !isRemoved && state !== 'DELETED')
    return [
      'L’ENT n’a plus ce compte : le rapprochement de la nuit le refait, avec un nouvel identifiant et une nouvelle lettre.',
    ];
  return [];
}

function linesOf({ directory, books, ent }: AccountSides): SideLine[] {
  const user = ent.is === 'PRESENT' || ent.is === 'PRE_DELETED' ? ent : undefined;
  // Of a deleted user nothing is told any more, and of who is blocked no name.
  const isTold = ent.is === 'PRESENT' && !books.isRemoved;
  const isOpen = ['PROVISIONED', 'ACTIVATED', 'SUSPENDED', 'PROVISIONING'].includes(books.state);
  const named = isOpen ? (books.isNamed ? 'dit à l’ENT' : 'pas encore dit à l’ENT') : '';
  const line = (
    about: SideLine['about'],
    [ofDirectory, ofBooks, ofEnt]: readonly [string, string, string],
    differs: boolean,
  ): SideLine => ({
    ...{ about, directory: ofDirectory, books: ofBooks, ent: ofEnt },
    differs: isTold && differs,
  });
  const theirs = user && `${user.lastName} ${user.firstName}`;
  const ours = directory && `${directory.lastName} ${directory.firstName}`;
  const blockWords = (isBlocked: boolean) => (isBlocked ? 'bloqué' : 'ouvert');
  const useWords = (wasUsed: boolean) => (wasUsed ? 'déjà entré' : 'jamais entré');
  return [
    line(
      'NAME',
      [ours ?? '', named, theirs ?? ''],
      isOpen && ours !== null && theirs !== undefined && shown(ours) !== shown(theirs),
    ),
    line(
      'BIRTH_DATE',
      [directory?.birthDate ?? '', named, user?.birthDate ?? ''],
      isOpen && Boolean(directory?.birthDate) && directory?.birthDate !== user?.birthDate,
    ),
    line(
      'KEY',
      [directory?.key ?? '', books.externalId, user?.externalId ?? ''],
      books.hasLateKey || books.externalId !== user?.externalId,
    ),
    line('LOGIN', ['', books.login, user?.login ?? ''], books.login !== user?.login),
    line(
      'BLOCK',
      ['', blockWords(books.mustBeBlocked), user ? blockWords(user.isBlocked) : ''],
      books.mustBeBlocked !== user?.isBlocked,
    ),
    line(
      'USE',
      ['', useWords(books.wasUsed), user ? useWords(user.isActivated) : ''],
      books.wasUsed !== user?.isActivated,
    ),
    ...(['RELATIVE', 'STUDENT'].includes(books.profile)
      ? [family(directory, books, ent, line)]
      : []),
  ];
}

function family(
  directory: DirectorySide | null,
  books: BooksSide,
  ent: EntSide,
  line: (about: 'FAMILY', of: readonly [string, string, string], differs: boolean) => SideLine,
): SideLine {
  const there = ent.is === 'PRESENT' ? ent.familyEntIds : undefined;
  const member = books.profile === 'STUDENT' ? 'responsable' : 'enfant';
  const counted = (ids: readonly string[] | undefined) =>
    ids === undefined ? '' : `${ids.length} ${member}${ids.length > 1 ? 's' : ''}`;
  const wanted = directory?.familyEntIds;
  // Others may have linked a person of theirs, too: that link is no difference.
  const isLost = (wanted ?? books.familyEntIds).some((entId) => !there?.includes(entId));
  const isExtra = books.familyEntIds.some(
    (entId) => wanted !== undefined && !wanted.includes(entId),
  );
  return line(
    'FAMILY',
    [counted(wanted), counted(books.familyEntIds), counted(there)],
    isLost || isExtra,
  );
}

function placesOf({ directory, books, ent }: AccountSides): PlaceLine[] {
  const key = ({ uai, label }: SidePlace) => `${uai} ${label}`;
  const inDirectory = directory?.places ?? [];
  const inEnt = ent.is === 'PRESENT' ? ent.places : [];
  const all = new Map([...inDirectory, ...books.places, ...inEnt].map((one) => [key(one), one]));
  const has = (places: readonly SidePlace[], place: SidePlace) =>
    places.some((one) => key(one) === key(place));
  return [...all.values()]
    .map((place) => ({
      ...place,
      inDirectory: has(inDirectory, place),
      inBooks: has(books.places, place),
      inEnt: has(inEnt, place),
    }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A guardian follows its children, and whom others have put beside is no difference: what is lacking is. */
function placeWords({ books, ent }: AccountSides, places: readonly PlaceLine[]): string[] {
  if (ent.is !== 'PRESENT' || books.isRemoved || books.mustBeBlocked) return [];
  const isLacking = places.some(({ inBooks, inEnt }) => inBooks && !inEnt);
  const isUntold = places.some(({ inDirectory, inBooks }) => inDirectory !== inBooks);
  return [
    ...(isLacking
      ? [
          'L’ENT n’a pas le compte dans toutes les classes qui lui ont été dites : le rapprochement de la nuit l’y remet.',
        ]
      : []),
    ...(isUntold
      ? [
          'Les classes d’aujourd’hui ne sont pas encore toutes dites à l’ENT : elles le sont au prochain échange, ou attendent l’accord d’un plan.',
        ]
      : []),
  ];
}

/** As the nightly comparison compares names: case and spaces aside. */
const shown = (name: string): string =>
  name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

const lineWords: Readonly<Record<SideLine['about'], string>> = {
  NAME: 'Le nom n’est pas le même dans l’annuaire et dans l’ENT : il est dit de nouveau à l’ENT au prochain échange, ou par le rapprochement de la nuit.',
  BIRTH_DATE:
    'La date de naissance n’est pas la même dans l’annuaire et dans l’ENT : elle est dite de nouveau au prochain échange, ou par le rapprochement de la nuit.',
  KEY: 'La clé par laquelle la personne est reconnue n’est pas la même partout. Jamais entré : le rapprochement de la nuit propose de refaire le compte sous la bonne clé. Déjà entré : seul l’exploitant de l’ENT peut la mettre.',
  LOGIN:
    'L’identifiant de connexion de nos livres n’est pas celui de l’ENT : dites à la personne celui de l’ENT, et transmettez au niveau 3.',
  BLOCK:
    'Le compte est bloqué ou ouvert dans l’ENT autrement que ne le disent nos livres : le rapprochement de la nuit le remet en accord.',
  USE: 'L’ENT et nos livres ne disent pas la même chose de la première connexion : le rapprochement de la nuit la relève.',
  FAMILY:
    'Les liens de famille de l’ENT ne sont pas ceux de l’annuaire : ils sont refaits au prochain échange, ou par le rapprochement de la nuit.',
};
