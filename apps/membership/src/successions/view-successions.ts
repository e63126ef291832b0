import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireOrganisation, rowsSeen } from '#libs/identity';
import type { Plain, Succession } from '#libs/contracts';
import { type SuccessionPage, Successions, type SuccessionView } from './successions.pg.js';

/** Successions: a member those in which it gives or receives, others those of their markets (SUP-3). */
@Injectable()
export class ViewSuccessions {
  constructor(private readonly successions: Successions) {}

  async find(input: { successionId: string; caller: Caller }): Promise<Plain<Succession>> {
    const found = await this.successions.find(input.successionId);
    if (!found) throw new NotVisible();
    const { predecessorOrganisationId, successorOrganisationId } = found;
    requireOrganisation(
      input.caller,
      found.marketCode,
      predecessorOrganisationId,
      successorOrganisationId,
    );
    return seenBy(input.caller, found);
  }

  /** Of a market, or of a membership where there is no market's code. One row more than `limit` where there is one. */
  async list(
    input: Omit<SuccessionPage, 'organisationId'> & { readonly caller: Caller },
  ): Promise<Plain<Succession>[]> {
    const { caller, limit, ...page } = input;
    const rows = await rowsSeen(caller, page, (organisationId) =>
      this.successions.list({ ...page, organisationId, limit: limit + 1 }),
    );
    return rows.map((row) => seenBy(caller, row));
  }
}

/** A proposer may not approve. */
const seenBy = ({ userId }: Caller, { plannedBy, ...view }: SuccessionView): Plain<Succession> => ({
  ...view,
  isOwn: plannedBy === userId,
});
