import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import { HeldUp } from '#libs/messaging';
import type { DomainError } from '#libs/problems';
import type { Transaction } from '#libs/persistence';
import { CopyLagging, FactsSetAside, ReadingStopped } from './draft-problems.js';

/** Billing's copy of some memberships is behind what membership states: does it come by itself, or must a person act? */
@Injectable()
export class WhyBehind {
  constructor(private readonly heldUp: HeldUp) {}

  /** The refusal that says what to do: FactsSetAside, ReadingStopped, else CopyLagging. */
  async execute(membershipIds: readonly string[], tx?: Transaction): Promise<DomainError> {
    const topic = topics.membership.name;
    const setAside = await this.heldUp.ofMemberships([topic], membershipIds, tx);
    if (setAside.length > 0) return new FactsSetAside(setAside);
    const stops = await this.heldUp.stopsOf(topic, membershipIds, tx);
    if (stops.length > 0) return new ReadingStopped(stops);
    return new CopyLagging(membershipIds);
  }
}
