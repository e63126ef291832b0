import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Dispatches } from './dispatches.pg.js';
import type { Dispatch } from './domain/dispatch.js';

/** A member says that it has a document, dated, and by whom (GOV-4). */
@Injectable()
export class AcknowledgeDispatch {
  constructor(
    private readonly commands: Commands,
    private readonly dispatches: Dispatches,
  ) {}

  /** Again: the first acknowledgement stays. */
  execute(input: { membershipId: string; dispatchId: string; caller: Caller }): Promise<Dispatch> {
    const { membershipId, dispatchId, caller } = input;
    return this.commands.run<Dispatch>(
      {
        operation: 'AcknowledgeDispatch',
        action: 'document.acknowledged',
        subject: `membership:${membershipId}`,
        restsOn: dispatchId,
      },
      input,
      async (tx, today) => {
        const found = await this.dispatches.find(tx, membershipId, dispatchId);
        // Its own only, whatever else the caller may read.
        if (!found || found.organisationId !== caller.organisationId) throw new NotVisible();
        requireMarket(caller, found.marketCode);
        await this.dispatches.acknowledge(tx, dispatchId, caller.userId, today);
        return (await this.dispatches.find(tx, membershipId, dispatchId)) ?? found;
      },
    );
  }
}
