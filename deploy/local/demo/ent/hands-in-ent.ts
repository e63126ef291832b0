import { type Account, AccountState, type Person, Profile } from '#libs/contracts';
import type { Services } from '../services.js';
import type { EntApi, EntSchoolUsers, EntUser } from './ent-api.js';
import { accountsOf, peopleOf } from './ledger.js';

/** A name that nobody is called. */
const otherName = 'Renommé-à-la-main';

/** What the night has to find of it. */
export const handMade = ['NAME', 'PLACE', 'BLOCK', 'MISSING', 'LINKS'] as const;

/**
 * Somebody who administers the ENT changes pupils of a school there, past all books: a name, a class, a block, a family
 * link, and one who was never in is deleted. Whom, and to what, is told by our books, which know nothing of it: done
 * again, it is the same.
 */
export async function changeByHand(services: Services, ent: EntApi, uai: string): Promise<void> {
  const accounts = await accountsOf(services, [uai]);
  const pupils = accounts
    .filter(({ profile, state }) => profile === Profile.STUDENT && state === unused)
    .sort((one, other) => (one.accountId < other.accountId ? -1 : 1));
  const people = await peopleOf(services, pupils);
  const [school] = await ent.schools([uai]);
  if (!school) throw new Error(`the ENT does not have the school ${uai}`);
  const userOf = (account: Account | undefined) =>
    school.users.find(({ login }) => login === account?.login);
  const [renamed, moved, blocked, deleted, ...others] = pupils;
  await onUser(userOf(renamed), ({ id }) =>
    ent.put(`/directory/user/${id}`, { lastName: otherName }),
  );
  await onUser(userOf(moved), (user) =>
    moveAway(ent, school, user, people.get(moved?.personId ?? '')),
  );
  await onUser(userOf(blocked), ({ id }) => ent.put(`/auth/block/${id}`, { block: true }));
  await onUser(userOf(deleted), ({ id }) => ent.delete(`/directory/user?userId=${id}`));
  for (const pupil of others) {
    const guardianIds = people.get(pupil.personId)?.guardianIds ?? [];
    const guardian = userOf(accounts.find(({ personId }) => guardianIds.includes(personId)));
    const child = userOf(pupil);
    if (!guardian || !child) continue;
    return ent.delete(`/directory/user/${child.id}/related/${guardian.id}`);
  }
}

const unused = AccountState.PROVISIONED;

/** Into the first class that is not the one of the directory. */
async function moveAway(
  ent: EntApi,
  { classes, users }: EntSchoolUsers,
  user: EntUser,
  person: Person | undefined,
): Promise<void> {
  const own = person?.enrolments.map(({ classLabel }) => classLabel) ?? [];
  const ofPupils = new Set(
    users
      .filter(({ type }) => type === 'Student')
      .flatMap(({ allClasses }) => allClasses.map(({ id }) => id)),
  );
  const other = classes.find(({ id, name }) => ofPupils.has(id) && !own.includes(name));
  if (!other) throw new Error('the school has no other class');
  for (const { id } of user.allClasses)
    await ent.delete(`/directory/class/${id}/unlink/${user.id}`);
  await ent.put(`/directory/class/${other.id}/link/${user.id}`);
}

/** Who is not there any more was changed already. */
const onUser = async (user: EntUser | undefined, change: (user: EntUser) => Promise<void>) => {
  if (user) await change(user);
};
