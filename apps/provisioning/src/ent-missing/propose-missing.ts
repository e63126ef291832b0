import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, marketsOf } from '#libs/identity';
import { requirePerson } from '#libs/messaging';
import { Proposals } from '#libs/proposals';
import { reasonCode } from '#libs/trade';
import {
  EntMissingNone,
  EntMissingProposed,
  missingKind,
  type MissingProposal,
  noMarket,
} from './missing-proposal.js';
import { MissingSchools } from './missing-schools.pg.js';

/** What a confirmation may rest on. A list, because what is journalled is never erased (SUP-4). */
export const missingReasons = ['ENT_RESTAURE', 'INCIDENT_ENT'] as const;

/** One person proposes the figures that the service has read, for all schools at once (PRV-5). */
@Injectable()
export class ProposeMissing {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly schools: MissingSchools,
  ) {}

  /** `uais` empty: all that wait. Throws InputInvalid, PersonNeeded, EntMissingNone, EntMissingProposed. */
  async execute(text: string, uais: readonly string[], caller: Caller): Promise<MissingProposal> {
    requirePerson(caller);
    const reason = reasonCode(text, missingReasons, 'ENT_RESTAURE');
    const request = { reason, uais };
    return this.commands.attempt(
      {
        operation: 'ProposeEntMissing',
        action: 'ent-missing.proposed',
        request,
        caller,
        refused: { subject: 'ent-missing:all', details: request },
      },
      async (tx, today, journal) => {
        const filter = { marketCode: noMarket, kind: missingKind, openOn: today };
        const [open] = (await this.proposals.list(filter, 1, '', tx)).rows;
        if (open) throw new EntMissingProposed(open.proposalId);
        const waiting = (await this.schools.list(marketsOf(caller), tx))
          .filter(({ confirmedUntil }) => confirmedUntil === '')
          .filter(({ uai }) => uais.length === 0 || uais.includes(uai));
        if (waiting.length === 0) throw new EntMissingNone();
        const schools = waiting.map(({ uai, missing, compared, isEmptied }) => ({
          uai,
          missing,
          compared,
          isEmptied,
        }));
        const proposal = await this.proposals.record(
          tx,
          {
            marketCode: noMarket,
            kind: missingKind,
            subject: 'ent',
            content: { reason, schools },
            paper: undefined,
            proposedBy: caller.userId,
          },
          today,
        );
        await journal({
          subject: `ent-missing:${proposal.proposalId}`,
          details: { reason, schools },
        });
        return proposal;
      },
    );
  }
}
