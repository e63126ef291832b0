import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf } from '#libs/identity';
import { LookAtAccounts } from '../accounts/accounts.module.js';
import { type SeatsCheck, type SeatsView, SeatViews } from './seat-views.pg.js';

/** Reads seats for a caller, within what it may see (SUP-1, SUP-3). */
@Injectable()
export class LookAtSeats {
  constructor(
    private readonly look: LookAtAccounts,
    private readonly views: SeatViews,
  ) {}

  /** A member's own counts by school; never a person (SUP-3). */
  async ofMembership(membershipId: string, caller: Caller): Promise<SeatsView[]> {
    await this.look.requireMembership(membershipId, caller);
    return this.views.ofMembership(membershipId);
  }

  /** The books of the caller's markets (SUP-1). */
  check(caller: Caller): Promise<SeatsCheck> {
    return this.views.check(marketsOf(caller));
  }
}
