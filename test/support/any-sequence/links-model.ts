import type { LocalDate } from '#libs/time';
import { schools } from './group.js';
import { linkOn, type Situation } from './situation.js';

/** What holds of schools at any moment (SCH-1, SCH-2), from the rows alone. */
export function linksMustHold({ links, figures, transfers }: Situation): void {
  const inUse = links.filter(({ startsOn, endsOn }) => startsOn < endsOn);
  for (const link of inUse) {
    const { uai, startsOn, endsOn, membershipId } = link;
    const other = inUse.find(
      (o) => o !== link && o.uai === uai && o.startsOn < endsOn && startsOn < o.endsOn,
    );
    if (other) throw new Error(`${uai} has two financers from ${startsOn}`);
    const member = figures.find((one) => one.membershipId === membershipId)!;
    if (!member.startsOn || startsOn < member.startsOn || endsOn > member.endsOn!)
      throw new Error(`${membershipId} pays for ${uai} while it is no member`);
  }
  for (const { status, to, uais, day, transferId } of transfers) {
    if (status !== 'CARRIED_OUT') continue;
    const came = (uai: string) =>
      links.some((l) => l.uai === uai && l.membershipId === to && l.startsOn === day);
    if (!uais.every(came)) throw new Error(`transfer ${transferId} brought nothing`);
  }
}

type Change = {
  readonly uai: string;
  readonly day: LocalDate;
  readonly was: string | undefined;
  readonly is: string | undefined;
};

/** Stretches of days of a school, each by its first, that another membership pays for than before. */
export function changes(before: Situation, after: Situation): Change[] {
  const links = [...before.links, ...after.links];
  const days = [...new Set(links.flatMap(({ startsOn, endsOn }) => [startsOn, endsOn]))].sort();
  return schools.flatMap(({ uai }) =>
    days.flatMap((day) => {
      const was = linkOn(before.links, uai, day)?.membershipId;
      const is = linkOn(after.links, uai, day)?.membershipId;
      return was === is ? [] : [{ uai, day, was, is }];
    }),
  );
}

/** What a command that is not about schools may change of them; the others change nothing. */
export function mayChange(
  kind: string,
  membershipId: string,
  before: Situation,
  after: Situation,
): (change: Change) => boolean {
  if (kind === 'withdraw' || kind === 'exclude') {
    const { endsOn } = after.figures.find((one) => one.membershipId === membershipId)!;
    return ({ was, is, day }) => was === membershipId && is === undefined && day >= endsOn!;
  }
  if (kind === 'revoke') return ({ was, is }) => was === undefined && is === membershipId;
  const done = after.handovers.filter(
    ({ successionId }) => !before.handovers.some((other) => other.successionId === successionId),
  );
  // From successor to successor, where a day carries out several.
  const reaches = (was: string | undefined, is: string | undefined, day: LocalDate): boolean =>
    done.some(
      (each) =>
        each.from === was && each.day <= day && (each.to === is || reaches(each.to, is, day)),
    );
  return ({ was, is, day }) => reaches(was, is, day);
}
