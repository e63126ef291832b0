/**
 * A person as the console's copy knows them, within a visitor's scope: places, accounts' schools and relatives beyond it
 * are left out. Never shown without `maskPerson`.
 */
export type PersonFile = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string | null;
  readonly enrolments: readonly EnrolmentFile[];
  /** Beside a pupil's home school (DIR-4), now. */
  readonly furtherSchools: readonly FurtherSchool[];
  /** Whether it is in another school now, as somebody's relative apart: that would tell of a child there. */
  readonly isElsewhere: boolean;
  readonly accounts: readonly AccountFile[];
  readonly guardians: readonly Relation[];
  readonly children: readonly Relation[];
};

export type Relation = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
};

export type FurtherSchool = {
  readonly uai: string;
  readonly schoolName: string;
  readonly commune: string;
};

export type EnrolmentFile = {
  readonly profile: string;
  readonly uai: string;
  readonly schoolName: string;
  readonly commune: string;
  readonly classLabel: string;
  readonly level: string;
  /** Beside the one above, by label. */
  readonly furtherClasses: readonly string[];
  readonly groups: readonly string[];
  readonly startsOn: string;
  /** First day after; null while current. */
  readonly endsOn: string | null;
};

export type AccountFile = {
  readonly accountId: string;
  readonly profile: string;
  readonly state: string;
  readonly since: string;
  /** Empty where it is out of scope. */
  readonly uai: string;
  readonly failureCode: string;
};

export type SchoolFile = {
  readonly uai: string;
  readonly name: string;
  readonly commune: string;
  readonly postalCode: string;
};

/** Whom a visitor may see at all: the people of its markets (SUP-1), or of its own schools today (SUP-3). */
export type Scope =
  | { readonly kind: 'MARKETS'; readonly markets: readonly string[] }
  | { readonly kind: 'SCHOOLS'; readonly uais: readonly string[]; readonly today: string };

/** A current place in a school; without profile or class, any of them. */
export type PresentPlace = {
  readonly uai: string;
  readonly today: string;
  readonly profile?: string | undefined;
  readonly classLabel?: string | undefined;
};

/** How many have a place in a class of a school now; the label is empty where the place is in none. */
export type PlacesOfClass = {
  readonly profile: string;
  readonly classLabel: string;
  readonly people: number;
};

export type PeopleQuery = {
  /** Each a prefix of a word of the name. */
  readonly nameWords?: readonly string[];
  /** People of these schools only. */
  readonly uais?: readonly string[];
  /** Who has this place now: of a profile, in a class. */
  readonly present?: PresentPlace;
  readonly personIds?: readonly string[];
  /** Among whom is asked otherwise. */
  readonly bornOn?: string;
  /** Guardians and children are not read. */
  readonly withoutRelatives?: boolean;
  /** Id of the last person of the page before. */
  readonly after?: string;
  readonly limit: number;
};
