import { create } from '@bufbuild/protobuf';
import {
  AccountState,
  type AccountStateChanged,
  AccountStateChangedSchema,
  Profile,
} from '#libs/contracts';
import { addDays, localDate } from '#libs/time';

export const firstDay = localDate('2022-09-01');
const schools = 400;
const lives = [
  [AccountState.REQUESTED, 0],
  [AccountState.PROVISIONING, 0],
  [AccountState.PROVISIONED, 1],
  [AccountState.ACTIVATED, 14],
] as const;
const importedTogether = 1_000;

/** Each account asked for, being made, open, in use: an import opens a thousand, which go through their states together. */
export function* accountEvents(count: number): Generator<AccountStateChanged> {
  let made = 0;
  for (let first = 0; made < count; first += importedTogether) {
    for (const [at, [toState, afterDays]] of lives.entries()) {
      for (let n = first; n < first + importedTogether && made < count; n += 1, made += 1) {
        const school = n % schools;
        yield create(AccountStateChangedSchema, {
          accountId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
          sequence: at + 1,
          profile: Profile.STUDENT,
          toState,
          effectiveOn: addDays(firstDay, (n % 60) + afterDays),
          uai: `044${String(school).padStart(4, '0')}A`,
          membershipId: `membership-${school % 40}`,
          itemCode: 'COMPTE_ELEVE',
        });
      }
    }
  }
}

/** As the meter keeps them. */
export function* factRows(count: number): Generator<readonly unknown[]> {
  for (const one of accountEvents(count)) {
    const open = one.toState === AccountState.PROVISIONED || one.toState === AccountState.ACTIVATED;
    yield [
      ...[one.accountId, one.sequence, one.effectiveOn, open, one.membershipId, one.itemCode],
      one.uai,
    ];
  }
}
