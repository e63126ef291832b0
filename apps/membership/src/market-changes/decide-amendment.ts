import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { event, MarketAmendedSchema } from '#libs/contracts';
import { type Caller, mayIn } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { type Proposal, type ProposalOutcome, Proposals, ProposalUnknown } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { AmendmentOutdated, Markets } from '../contract/markets/markets.module.js';
import {
  amendmentKind,
  Amendments,
  type ProposedAmendment,
  type RecordedAmendment,
} from './amendments.pg.js';
import { ApplyAmendments } from './apply-amendments.js';
import { InvoicedDays } from './invoiced-days.gateway.js';
import { PrepareAmendment } from './prepare-amendment.js';

export type DecideAmendmentInput = {
  readonly idempotencyKey: string;
  readonly proposalId: string;
  readonly outcome: ProposalOutcome;
  /** Of what was read; to withdraw one's own, none is needed. */
  readonly digest?: string;
  readonly reason?: string;
  readonly caller: Caller;
};

const commands = {
  APPROVED: { operation: 'ApproveAmendment', action: 'market-amendment.approved' },
  REJECTED: { operation: 'RejectAmendment', action: 'market-amendment.rejected' },
  WITHDRAWN: { operation: 'WithdrawAmendment', action: 'market-amendment.withdrawn' },
} as const;

/** Another coordinator decides on the amendment that he has read; approved, it is recorded and told at once (MKT-6). */
@Injectable()
export class DecideAmendment {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly prepare: PrepareAmendment,
    private readonly markets: Markets,
    private readonly amendments: Amendments,
    private readonly applyAmendments: ApplyAmendments,
    private readonly invoicedDays: InvoicedDays,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Judged anew when it is approved: days may have been invoiced since, or orders signed. Throws ProposalUnknown, what
   * `decideProposal` throws, AmendmentOutdated and what PrepareAmendment throws.
   */
  async execute(input: DecideAmendmentInput): Promise<void> {
    const { proposalId, outcome, digest = '', reason = '', caller, idempotencyKey } = input;
    const found = await this.proposals.find<ProposedAmendment>(proposalId, amendmentKind);
    const { marketCode, paper } = found;
    if (!mayIn(caller, marketCode, 'coordinator')) throw new ProposalUnknown();
    const invoicedUntil =
      outcome === 'APPROVED' ? await this.invoicedDays.invoicedUntil(marketCode) : undefined;
    await this.commands.run(
      {
        ...commands[outcome],
        subject: `market:${marketCode}`,
        restsOn: paper?.documentId ?? '',
      },
      { caller, idempotencyKey, proposalId, digest, reason },
      async (tx, today) => {
        // First, so that nothing moves between what is judged and what is written.
        await this.markets.findForUpdate(tx, marketCode);
        const proposal = await this.proposals.find<ProposedAmendment>(
          proposalId,
          amendmentKind,
          tx,
        );
        const read = outcome === 'WITHDRAWN' ? proposal.digest : digest;
        const answer = { outcome, digest: read, by: caller.userId, reason };
        await this.proposals.decide(tx, proposal, answer, today);
        if (outcome !== 'APPROVED') return {};
        return { amendmentId: await this.record(tx, proposal, { invoicedUntil, today, caller }) };
      },
    );
  }

  private async record(
    tx: Transaction,
    { proposalId, proposedBy, marketCode, content, paper }: Proposal<ProposedAmendment>,
    at: { invoicedUntil: LocalDate | undefined; today: LocalDate; caller: Caller },
  ): Promise<string> {
    const { today, caller } = at;
    if (((await this.amendments.last(tx, marketCode))?.position ?? 0) !== content.basedOn) {
      throw new AmendmentOutdated(
        'Un autre avenant a été enregistré depuis cette proposition : rejetez-la ou retirez-la, puis proposez l’avenant à nouveau.',
      );
    }
    const given = { ...content, marketCode, documentId: paper?.documentId ?? '' };
    const prepared = await this.prepare.execute(tx, given, at.invoicedUntil, today);
    const recorded: RecordedAmendment = {
      ...{ ...prepared, amendmentId: randomUUID(), position: content.basedOn + 1 },
      ...{ proposalId, proposedBy, by: caller.userId, on: today },
    };
    await this.amendments.add(tx, recorded);
    await this.outbox.add(tx, event(MarketAmendedSchema, marketCode, toFact(recorded)));
    await this.applyAmendments.execute(tx, today, marketCode);
    return recorded.amendmentId;
  }
}

const toFact = ({ document, on: approvedOn, ...amendment }: RecordedAmendment) => ({
  marketCode: amendment.marketCode,
  amendmentId: amendment.amendmentId,
  number: amendment.number,
  signedOn: amendment.signedOn,
  effectiveOn: amendment.effectiveOn,
  documentId: document.documentId,
  document,
  changes: [...amendment.changes],
  approvedOn,
});
