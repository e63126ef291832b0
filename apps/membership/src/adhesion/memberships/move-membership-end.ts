import { Injectable } from '@nestjs/common';
import {
  event,
  MembershipEndedSchema,
  type NewEvent,
  SchoolFinancingEndedSchema,
} from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SchoolLinks } from '../../schools/schools-financed/schools-financed.module.js';
import type { EndCause } from './domain/membership.js';
import { EndMemberships } from './end-memberships.js';
import { type EndingMembership, MembershipEnds } from './membership-ends.repository.js';

export type MovedEnd = {
  /** Schools that another membership pays for meanwhile, where the end went back to a later day. */
  readonly schoolsLost: readonly string[];
};

/** Moves the end of a membership with all that follows it: schools financed, and the end itself where its day has come (WDR-2). */
@Injectable()
export class MoveMembershipEnd {
  constructor(
    private readonly ends: MembershipEnds,
    private readonly links: SchoolLinks,
    private readonly endMemberships: EndMemberships,
    private readonly outbox: Outbox,
  ) {}

  /** Locks the membership; undefined for an unknown one. */
  find(tx: Transaction, membershipId: string): Promise<EndingMembership | undefined> {
    return this.ends.findForUpdate(tx, membershipId);
  }

  /** `told` makes the event of the change. Planned orders after the day stay in the ledger: O is 0 there. */
  async execute(
    tx: Transaction,
    { membershipId, status }: EndingMembership,
    to: { readonly endsOn: LocalDate; readonly cause?: EndCause },
    told: (membershipVersion: number) => NewEvent,
    today: LocalDate,
  ): Promise<MovedEnd> {
    await this.links.cut(tx, membershipId, to.endsOn);
    const lost = await this.links.giveBack(tx, membershipId, to.endsOn);
    const version = await this.ends.move(tx, membershipId, to.endsOn, to.cause);
    await this.outbox.add(tx, told(version));
    for (const { uai, endsOn } of lost) {
      const membershipVersion = await this.ends.raiseVersion(tx, membershipId);
      const ended = { membershipId, membershipVersion, uai, endedOn: endsOn, transferId: '' };
      await this.outbox.add(tx, event(SchoolFinancingEndedSchema, membershipId, ended));
    }
    await this.endMemberships.execute(tx, today, membershipId);
    if (status === 'ENDED') await this.tellEarlierEnd(tx, membershipId, to);
    return { schoolsLost: lost.map(({ uai }) => uai) };
  }

  /** It had ended already, and now did so earlier: a correction, told like an end. */
  private async tellEarlierEnd(
    tx: Transaction,
    membershipId: string,
    { endsOn, cause = 'END_OF_MARKET' }: { endsOn: LocalDate; cause?: EndCause },
  ): Promise<void> {
    const membershipVersion = await this.ends.raiseVersion(tx, membershipId);
    const ended = { membershipId, membershipVersion, endsOn, cause };
    await this.outbox.add(tx, event(MembershipEndedSchema, membershipId, ended));
  }

  /** After a later end: the first day on which the orders that are planned break the floor (ORD-2). */
  belowCommitment(tx: Transaction, membershipId: string) {
    return this.ends.firstDayBelowCommitment(tx, membershipId);
  }
}
