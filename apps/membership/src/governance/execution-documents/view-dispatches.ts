import { Injectable } from '@nestjs/common';
import { type Caller, mayIn, NotVisible, requireMarket } from '#libs/identity';
import { Dispatches } from './dispatches.pg.js';

type After = readonly [string, string] | undefined;

/** What was sent to a member, and who has not acknowledged (GOV-4). */
@Injectable()
export class ViewDispatches {
  constructor(private readonly dispatches: Dispatches) {}

  /** One row more than `limit` where there is one. */
  async list(input: { membershipId: string; after: After; limit: number; caller: Caller }) {
    const owner = await this.dispatches.ownerOf(input.membershipId);
    if (!owner) throw new NotVisible();
    requireOwn(input.caller, owner);
    return this.dispatches.list(input.membershipId, input.after, input.limit + 1);
  }

  /** One row more than `limit` where there is one. */
  unacknowledged(input: { marketCode: string; after: After; limit: number; caller: Caller }) {
    requireMarket(input.caller, input.marketCode);
    return this.dispatches.unacknowledged(input.marketCode, input.after, input.limit + 1);
  }
}

/** The coordinator, or the member itself; no other role that reads every member (SUP-3). Throws NotVisible. */
export function requireOwn(
  caller: Caller,
  { organisationId, marketCode }: { readonly organisationId: string; readonly marketCode: string },
): void {
  requireMarket(caller, marketCode);
  if (mayIn(caller, marketCode, 'coordinator', 'player')) return;
  if (caller.organisationId !== organisationId) throw new NotVisible();
}
