import {
  AccountMovedSchema,
  AccountState,
  AccountStateChangedSchema,
  event,
  type NewEvent,
  Profile,
} from '#libs/contracts';

export const benchTopic = 'provisioning.account.v1';

/** Accounts that the events are about: a fifth of them, so that an account has five events. */
const accountsOf = (size: number) => Math.max(1, Math.floor(size / 5));

// Cheap on purpose: what is measured is the way of an event, not its making.
const uuidOf = (kind: string, n: number): string =>
  `${kind}-0000-4000-a000-${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(12, '0')}`;

/** The nth event of a run: two types mixed, about 190 bytes of body, the same for the same n. */
export function benchEvent(n: number, size: number): NewEvent {
  const accountId = uuidOf('acc00000', n % accountsOf(size));
  const common = {
    accountId,
    sequence: n,
    personId: uuidOf('be150000', n % accountsOf(size)),
    profile: Profile.STUDENT,
    effectiveOn: '2022-09-01',
    cause: 'IMPORT',
    uai: '0440001A',
    membershipId: 'a3bb189e-8bf9-3888-9912-ace4e6543002',
    itemCode: 'ELEVE',
  };
  if (n % 3 === 0)
    return event(AccountMovedSchema, accountId, { ...common, state: AccountState.ACTIVATED });
  return event(AccountStateChangedSchema, accountId, {
    ...common,
    fromState: AccountState.REQUESTED,
    toState: AccountState.ACTIVATED,
  });
}
