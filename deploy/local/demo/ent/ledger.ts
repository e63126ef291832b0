import { type Account, AccountState, type Person, Profile } from '#libs/contracts';
import { people } from '../players.js';
import type { MarketStory } from '../scenario.js';
import type { Services } from '../services.js';

const perPage = 200;
const schoolsAtOnce = 4;
const peopleAtOnce = 24;

/** Every school that a member of the story pays for. */
export const schoolsOf = ({ members }: MarketStory): string[] =>
  members.flatMap(({ schools }) => schools.map(({ uai }) => uai));

/** Accounts of these schools by our books, with their logins: level 2 of support reads those. */
export async function accountsOf(services: Services, uais: readonly string[]): Promise<Account[]> {
  const support = services.provisioning(people.support2);
  const accounts: Account[] = [];
  await eachOf(uais, schoolsAtOnce, async (uai) => {
    let cursor = '';
    do {
      const page = await support.listAccounts({ uai, limit: perPage, cursor });
      accounts.push(...page.accounts);
      cursor = page.nextCursor;
    } while (cursor !== '');
  });
  return accounts;
}

/** Those of these people whom the directory has, by id. */
export async function peopleOf(
  services: Services,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, Person>> {
  const found = new Map<string, Person>();
  const ids = [...new Set(accounts.map(({ personId }) => personId))];
  await eachOf(ids, peopleAtOnce, async (personId) => {
    const { person } = await services.directory().getPerson({ personId });
    if (person) found.set(personId, person);
  });
  return found;
}

/** What the ENT should have of an account: nothing, a user, or one that is blocked. */
export type Wanted = 'NOTHING' | 'OPEN' | 'BLOCKED';

/** Undefined: it is on its way, and nothing can be said. */
export function wantedInEnt({ state, login }: Account): Wanted | undefined {
  switch (state) {
    case AccountState.PROVISIONED:
    case AccountState.ACTIVATED:
      return 'OPEN';
    case AccountState.SUSPENDED:
      return 'BLOCKED';
    // Who was never open has no login (PRV-3).
    case AccountState.CLOSING:
    case AccountState.WAITING_SEAT:
      return login === '' ? 'NOTHING' : 'BLOCKED';
    case AccountState.DELETED:
      return 'NOTHING';
    default:
      return undefined;
  }
}

/** As the ENT calls the profile. */
export const entProfiles: ReadonlyMap<Profile, string> = new Map([
  [Profile.STUDENT, 'Student'],
  [Profile.RELATIVE, 'Relative'],
  [Profile.TEACHER, 'Teacher'],
  [Profile.PERSONNEL, 'Personnel'],
  [Profile.GUEST, 'Guest'],
]);

/** So many at a time; the first failure ends it. */
async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
