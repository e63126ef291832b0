import { type AccountSentences, accountSentences } from '#libs/trade';
import type { ViewRights } from './rights.js';

export type FullAccount = {
  readonly accountId: string;
  readonly profile: string;
  readonly state: string;
  readonly since: string;
  readonly uai: string;
  readonly login: string;
  readonly failureCode: string;
  readonly wayIn: string;
  /** Why its way in finds nobody (`WayInGap`); support reads what to do. */
  readonly wayInGap: string;
  /** A block in the ENT apart from the state (`UrgentBlock`). */
  readonly urgentBlock: string;
  /** 1 first; 0 when not waiting. */
  readonly waitingRank: number;
  /** As its owner says it, who knows the cause also where it may not tell the code; left out: by what is known here. */
  readonly said?: AccountSentences;
};

export type FullPerson = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string | null;
  readonly enrolments: readonly Place[];
  readonly furtherSchools: readonly SchoolNamed[];
  readonly isElsewhere: boolean;
  readonly accounts: readonly FullAccount[];
  readonly guardians: readonly Relation[];
  readonly children: readonly Relation[];
};
export type Place = {
  readonly profile: string;
  readonly uai: string;
  readonly schoolName: string;
  readonly commune: string;
  readonly classLabel: string;
  readonly level: string;
  readonly furtherClasses: readonly string[];
  readonly groups: readonly string[];
  readonly startsOn: string;
  readonly endsOn: string | null;
};
export type SchoolNamed = Pick<Place, 'uai' | 'schoolName' | 'commune'>;
export type Relation = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
};

export type PersonView = {
  readonly personId: string;
  readonly displayName: string;
  readonly birthDate: string | null;
  readonly places: readonly Place[];
  /** Beside a pupil's home school, as far as the visitor may see schools. */
  readonly furtherSchools: readonly SchoolNamed[];
  /** There is another school now that this visitor is not told. */
  readonly isElsewhere: boolean;
  readonly accounts: readonly AccountView[];
  readonly guardianCount: number;
  readonly childCount: number;
  readonly guardians: readonly { personId: string; displayName: string }[];
  readonly children: readonly { personId: string; displayName: string }[];
  /** Names of the fields hidden from this visitor. */
  readonly masked: readonly string[];
};
export type AccountView = {
  readonly accountId: string;
  readonly profile: string;
  readonly state: string;
  readonly stateInWords: string;
  readonly nextStep: string;
  readonly since: string;
  readonly uai: string;
  readonly login: string;
  readonly wayIn: string;
  readonly waitingRank: number;
  readonly failureCode: string;
  readonly urgentBlock: string;
};

const mask = '•••';

/**
 * The one place that decides what of a person leaves the console (SUP-1). Pure: same input, same view.
 */
export function maskPerson(person: FullPerson, rights: ViewRights): PersonView {
  const related = (people: readonly Relation[]) =>
    rights.family
      ? people.map((one) => ({ personId: one.personId, displayName: fullName(one) }))
      : [];
  return {
    personId: person.personId,
    displayName: rights.names ? fullName(person) : initials(person),
    birthDate: rights.birthDate ? person.birthDate : null,
    // Where the person was before is history; where it is now answers the call.
    places: (rights.history ? person.enrolments : currentPlaces(person.enrolments)).map((place) =>
      // A group may tell of a child's needs (ULIS, UPE2A): no call is answered by it.
      rights.family ? place : { ...place, furtherClasses: [], groups: [] },
    ),
    furtherSchools: person.furtherSchools,
    isElsewhere: person.isElsewhere,
    accounts: person.accounts.map((account) => maskAccount(account, rights)),
    guardianCount: person.guardians.length,
    childCount: person.children.length,
    guardians: related(person.guardians),
    children: related(person.children),
    masked: maskedFields(person, rights),
  };
}

function maskAccount(account: FullAccount, rights: ViewRights): AccountView {
  const { inWords, nextStep } = account.said ?? accountSentences(account);
  return {
    accountId: account.accountId,
    profile: account.profile,
    state: account.state,
    stateInWords: inWords,
    nextStep,
    since: account.since,
    uai: account.uai,
    login: rights.fullLogin ? account.login : partOf(account.login),
    wayIn: account.wayIn,
    waitingRank: account.waitingRank,
    failureCode: rights.technical || rights.history ? account.failureCode : '',
    urgentBlock: rights.technical || rights.history ? account.urgentBlock : '',
  };
}

/** Ids of everybody whose name the view shows: what the journal of looks must hold (SUP-2). */
export function peopleShown(view: PersonView): string[] {
  return [view, ...view.guardians, ...view.children].map(({ personId }) => personId);
}

function currentPlaces(places: readonly Place[]): readonly Place[] {
  const current = places.filter(({ endsOn }) => endsOn === null);
  return current.length > 0 ? current : places.slice(0, 1);
}

function maskedFields(person: FullPerson, rights: ViewRights): string[] {
  return [
    ...(rights.names ? [] : ['name']),
    ...(rights.birthDate || person.birthDate === null ? [] : ['birthDate']),
    ...(rights.family || person.guardians.length === 0 ? [] : ['guardians']),
    ...(rights.family || person.children.length === 0 ? [] : ['children']),
    ...(rights.fullLogin || person.accounts.every(({ login }) => login === '') ? [] : ['login']),
    ...(rights.history ? [] : ['history']),
  ];
}

// Enough to confirm a login that the caller reads out, too little to use it.
function partOf(login: string): string {
  return login === '' ? '' : `${login.slice(0, 3)}${mask}`;
}

/** As support and the journal write a name. */
export const fullName = ({ lastName, firstName }: Omit<Relation, 'personId'>) =>
  `${lastName.toLocaleUpperCase('fr')} ${firstName}`.trim();
const initials = ({ lastName, firstName }: Omit<Relation, 'personId'>) =>
  [firstName, lastName]
    .filter(Boolean)
    .map((name) => `${name[0]!.toLocaleUpperCase('fr')}.`)
    .join(' ');
