import { type Account, AccountState, type Person, Profile } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import type { Check } from '../figures.js';
import { patiently } from '../patience.js';
import type { MarketStory } from '../scenario.js';
import type { Stage } from '../stage.js';
import { type BookedUser, compareEnt, faultWords } from './compare-ent.js';
import type { EntApi } from './ent-api.js';
import { entProfiles, peopleOf, schoolsOf, wantedInEnt } from './ledger.js';

/**
 * What the ENT itself says of all its users, school by school, beside our books and the directory (PRV-5): the same
 * people, under the same names, in the same schools, classes and families, blocked or not, and nobody else.
 */
export async function checkEnt(
  { scenario, services, teller }: Stage<MarketStory>,
  ent: EntApi,
  of: { readonly accounts: readonly Account[]; readonly on: string },
): Promise<Check> {
  const { accounts, on } = of;
  teller.wait('lit tous les comptes dans l’ENT lui-même');
  const schools = await patiently('ENT, lecture', teller, () => ent.schools(schoolsOf(scenario)));
  const known = await peopleOf(services, accounts.filter(isInEnt));
  const compared = compareEnt(bookedUsers(accounts, known, on), schools);
  const pending = accounts.filter((account) => wantedInEnt(account) === undefined).length;
  const faults = [
    ...faultWords(compared),
    ...(pending > 0 ? [`${plural(pending, 'compte', 'comptes')} en cours de création`] : []),
  ];
  const { open, blocked, links } = compared;
  return {
    name: 'ent',
    title: 'L’ENT lui-même a nos comptes : noms, écoles, classes, familles, blocages, rien d’autre',
    holds: faults.length === 0 && open > 0,
    // Each kind of fault with its figure: there are few.
    detail:
      faults.join(' ; ') ||
      `${formatCount(open + blocked)} comptes lus dans ${plural(schools.length, 'école', 'écoles')} de l’ENT, ` +
        `${formatCount(open)} ouverts et ${formatCount(blocked)} bloqués, ${formatCount(links)} liens de famille`,
  };
}

function bookedUsers(
  accounts: readonly Account[],
  people: ReadonlyMap<string, Person>,
  on: string,
): BookedUser[] {
  const pupils = new Map(
    accounts
      .filter((account) => account.profile === Profile.STUDENT && isInEnt(account))
      .map(({ personId, login }) => [personId, login]),
  );
  const schools = new Set(accounts.map(({ uai }) => uai));
  return accounts.filter(isInEnt).map((account) => {
    const { accountId, login, personId, profile } = account;
    const person = people.get(personId);
    return {
      ...{ accountId, login, isBlocked: wantedInEnt(account) === 'BLOCKED' },
      isActivated: account.state === AccountState.ACTIVATED,
      type: entProfiles.get(profile) ?? '',
      lastName: person?.lastName ?? '',
      firstName: person?.firstName ?? '',
      birthDate: person?.birthDate ?? '',
      classes: person ? classesOf(account, person, schools, on) : [],
      children:
        profile === Profile.RELATIVE
          ? (person?.childIds ?? []).flatMap((child) => pupils.get(child) ?? [])
          : [],
    };
  });
}

const isInEnt = (account: Account): boolean =>
  wantedInEnt(account) === 'OPEN' || wantedInEnt(account) === 'BLOCKED';

/** The class of a pupil; of staff, in each school of theirs, the classes taught or the one of the team; of a guardian its own. */
function classesOf(
  { profile, uai }: Account,
  { enrolments, classLinks }: Person,
  schools: ReadonlySet<string>,
  on: string,
): string[] {
  const isNow = ({ period }: { readonly period?: { endsOn: string } | undefined }) =>
    !period?.endsOn || period.endsOn > on;
  const own = enrolments.filter((place) => place.profile === profile && isNow(place));
  if (profile === Profile.STUDENT)
    return own.filter((place) => place.uai === uai).map((place) => `${uai} ${place.classLabel}`);
  if (profile === Profile.RELATIVE) return [`${uai} Familles`];
  const taught = classLinks.filter((link) => !link.group && isNow(link));
  return own
    .filter((place) => schools.has(place.uai))
    .flatMap((place) => [
      `${place.uai} ${place.classLabel || 'Équipe de l’école'}`,
      ...taught.filter((link) => link.uai === place.uai).map((link) => `${link.uai} ${link.label}`),
    ]);
}
