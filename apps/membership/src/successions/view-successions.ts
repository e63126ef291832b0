import { Injectable } from '@nestjs/common';
import {
  type Caller,
  NotVisible,
  organisationSeen,
  requireMarket,
  requireOrganisation,
} from '#libs/identity';
import { SuccessionReader, type SuccessionView } from './successions.reader.js';

/** Successions: a member those in which it gives or receives, others those of their markets (SUP-3). */
@Injectable()
export class ViewSuccessions {
  constructor(private readonly successions: SuccessionReader) {}

  async find(input: { successionId: string; caller: Caller }): Promise<SuccessionView> {
    const found = await this.successions.find(input.successionId);
    if (!found) throw new NotVisible();
    const { predecessorOrganisationId, successorOrganisationId } = found;
    requireOrganisation(input.caller, predecessorOrganisationId, successorOrganisationId);
    requireMarket(input.caller, found.marketCode);
    return found;
  }

  /** One row more than `limit` where there is one. */
  list(input: {
    marketCode: string;
    status: string;
    membershipId: string;
    after: readonly [string, string] | undefined;
    limit: number;
    caller: Caller;
  }): Promise<SuccessionView[]> {
    const { caller, limit, ...page } = input;
    requireMarket(caller, input.marketCode);
    const organisationId = organisationSeen(caller);
    return this.successions.list({ ...page, organisationId, limit: limit + 1 });
  }
}
