import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import { HeldUp, type SetAsideOfMembership } from '#libs/messaging';
import { isLocalDate, localDate, type LocalDate, parisDateOf } from '#libs/time';

/** Of whom facts wait until a person decides: what is shown of it stands as before them. */
export type LateFigures = {
  /** 0 where the reading itself stopped: how many are not read is not known. */
  readonly facts: number;
  /** The day of the first that waits; null where the reading stopped. */
  readonly since: LocalDate | null;
};

/** The topics from which the pages of members are made. */
const shown = [topics.membership.name, topics.seat.name, topics.invoice.name];

/** Whose figures are behind, as this service's own copies know it. A lag that goes by itself is none. */
@Injectable()
export class FindLateFigures {
  constructor(private readonly heldUp: HeldUp) {}

  /** By membership; those whose figures are up to date are left out. */
  async of(membershipIds: readonly string[]): Promise<ReadonlyMap<string, LateFigures>> {
    const setAside = await this.heldUp.ofMemberships(shown, membershipIds);
    const stops = await this.heldUp.stopsOf(topics.membership.name, membershipIds);
    const stopped = stops.flatMap(({ keys }) => keys);
    return new Map([
      ...stopped.map((id) => [id, { facts: 0, since: null }] as const),
      ...setAside.map((one) => [one.membershipId, lateBy(one)] as const),
    ]);
  }
}

// The day of the fact, not of the clock: a record that says none is told by when it came.
function lateBy({ events, first }: SetAsideOfMembership): LateFigures {
  const { businessDate, parkedAt } = first;
  const since = isLocalDate(businessDate) ? localDate(businessDate) : parisDateOf(parkedAt);
  return { facts: events, since };
}
