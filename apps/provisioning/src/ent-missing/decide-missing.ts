import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { requirePerson } from '#libs/messaging';
import { type ProposalOutcome, Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { type MissingContent, missingKind, requireVisible } from './missing-proposal.js';
import { MissingSchools } from './missing-schools.pg.js';

export type DecideMissingInput = {
  readonly proposalId: string;
  readonly outcome: ProposalOutcome;
  /** Of what was read; a withdrawal needs none. */
  readonly digest: string;
  readonly reason: string;
  readonly caller: Caller;
};

const actions = {
  APPROVED: 'ent-missing.approved',
  REJECTED: 'ent-missing.rejected',
  WITHDRAWN: 'ent-missing.withdrawn',
} as const;

/** Another person decides on the figures of all schools at once; the repair of each school uses the approval (PRV-5). */
@Injectable()
export class DecideMissing {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly schools: MissingSchools,
  ) {}

  /** Returns the first day on which an approval is not valid any more. Throws PersonNeeded and what `decideProposal` throws. */
  async execute({ caller, ...input }: DecideMissingInput): Promise<LocalDate | ''> {
    requirePerson(caller);
    const { proposalId, outcome, digest, reason } = input;
    const found = await this.proposals.find<MissingContent>(proposalId, missingKind);
    await requireVisible(this.schools, found, caller);
    return this.commands.run(
      {
        operation: 'DecideEntMissing',
        action: actions[outcome],
        subject: `ent-missing:${proposalId}`,
      },
      // The reason of a person is free text, which the journal would keep for ever (SUP-4): it stays with the decision.
      { caller, digest, outcome },
      async (tx, today) => {
        const proposal = await this.proposals.find<MissingContent>(proposalId, missingKind, tx);
        const read = outcome === 'WITHDRAWN' ? proposal.digest : digest;
        const answer = { outcome, digest: read, by: caller.userId, reason };
        await this.proposals.decide(tx, proposal, answer, today);
        return outcome === 'APPROVED' ? this.schools.confirmedUntil(tx, proposalId) : '';
      },
    );
  }
}
