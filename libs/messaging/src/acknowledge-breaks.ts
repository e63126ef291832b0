import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import {
  type Anchoring,
  audit,
  type CheckAnchors,
  type Contradicted,
  type Transaction,
  type UnitOfWork,
} from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import type { Proposal, ProposalAnswer, Proposals } from '#libs/proposals';
import type { BusinessDate } from './business-date.js';
import { requirePerson } from './require-person.js';

const kind = 'ACKNOWLEDGE_BREAKS';
const subject = 'anchors';

/** A chain that goes on from this head, and from where on older anchors of it are of the life that is lost. */
type ChainBreak = {
  readonly chain: string;
  readonly from: number;
  /** 0 with an empty hash: nothing is left of it. */
  readonly endsAt: number;
  readonly hash: string;
};
type BreaksContent = {
  readonly reason: string;
  readonly restoredAt: string;
  /** Empty: a recovery of a copy of the disk. */
  readonly backup: string;
  /** As many as the service has chains at most. */
  readonly breaks: ChainBreak[];
};
export type BreaksProposal = Proposal<BreaksContent>;

export class NothingBroken extends defineProblem('NOTHING_BROKEN', 'conflict') {
  constructor() {
    super(
      'Les journaux et registres de ce service sont ceux qui ont été ancrés : rien à reconnaître.',
    );
  }
}
export class BreakUnexplained extends defineProblem('BREAK_UNEXPLAINED', 'conflict') {
  constructor(chain: string) {
    super(
      `Le journal ne dit aucune restauration depuis que la chaîne « ${chain} » a été ancrée pour la dernière fois : cette rupture ne peut pas être reconnue. Faites une copie de la base et des ancres, et prévenez le délégué à la protection des données.`,
      { chain },
    );
  }
}
export class BreaksProposed extends defineProblem('BREAKS_PROPOSED', 'conflict') {
  constructor(proposalId: string) {
    super(
      'Il est déjà proposé de reconnaître ces ruptures : une autre personne doit en décider, ou leur auteur retirer sa proposition.',
      { proposalId },
    );
  }
}
export class BreaksChanged extends defineProblem('BREAKS_CHANGED', 'stale') {
  constructor(chain: string) {
    super(
      `La chaîne « ${chain} » n’est plus dans l’état de la proposition : faites-la retirer, puis proposez de nouveau.`,
      { chain },
    );
  }
}

/**
 * The way out for a chain that a restore made shorter than its anchors (SUP-2): two persons acknowledge it, and it is
 * anchored again from where it stood when they read it. What is older than the break is compared as before, and the
 * break is told for ever. Only after a restore that the journal names, later than all that the chain lacks.
 */
@Injectable()
export class AcknowledgeBreaks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly anchoring: Anchoring,
    private readonly checkAnchors: CheckAnchors,
    private readonly proposals: Proposals,
    private readonly businessDate: BusinessDate,
  ) {}

  /** With the proposal that waits for a second person, if there is one. */
  async show(): Promise<{ breaks: ChainBreak[]; proposal: BreaksProposal | undefined }> {
    const breaks = await this.breaksOf(await this.contradicted());
    return { breaks, proposal: await this.unitOfWork.run((tx) => this.open(tx)) };
  }

  /** Throws NothingBroken, BreakUnexplained, BreaksProposed, PersonNeeded. */
  async propose(reason: string, caller: Caller): Promise<BreaksProposal> {
    requirePerson(caller);
    const contradicted = await this.contradicted();
    if (contradicted.length === 0) throw new NothingBroken();
    const breaks = await this.breaksOf(contradicted);
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const restore = await lastRestore(tx);
      const unexplained = contradicted.find(
        ({ anchoredUntil }) => !restore || restore.at <= anchoredUntil,
      );
      if (!restore || unexplained)
        throw new BreakUnexplained((unexplained ?? contradicted[0]!).subject);
      const open = await this.open(tx);
      if (open) throw new BreaksProposed(open.proposalId);
      const content: BreaksContent = {
        ...{ reason: reason.trim(), restoredAt: restore.at, backup: restore.backup, breaks },
      };
      const proposed = await this.proposals.record(
        tx,
        { marketCode: '', kind, subject, content, paper: undefined, proposedBy: caller.userId },
        today,
      );
      await journal(tx, 'break.proposed', proposed, caller);
      return proposed;
    }, caller.carrier);
  }

  /** Throws what `decideProposal` throws, BreaksChanged, PersonNeeded. */
  async decide(
    proposalId: string,
    answer: Pick<ProposalAnswer, 'digest' | 'outcome' | 'reason'>,
    caller: Caller,
  ): Promise<BreaksProposal> {
    requirePerson(caller);
    const contradicted = await this.contradicted();
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const proposal = await this.proposals.find<BreaksContent>(proposalId, kind, tx);
      const given = { ...answer, by: caller.userId };
      const decision = await this.proposals.decide(tx, proposal, given, today);
      const decided = { ...proposal, decision };
      const isApproved = decision.outcome === 'APPROVED';
      await journal(tx, isApproved ? 'break.acknowledged' : 'break.refused', decided, caller);
      if (isApproved) {
        await this.requireAsRead(proposal.content.breaks, contradicted);
        await this.anchoring.acknowledge(
          tx,
          proposal.content.breaks.map(({ chain, endsAt: position, ...rest }) => {
            return { subject: chain, position, proposalId, ...rest };
          }),
        );
      }
      return decided;
    }, caller.carrier);
  }

  /** Nothing else is broken than what was read, and what each chain was then, it still holds. */
  private async requireAsRead(
    breaks: readonly ChainBreak[],
    contradicted: readonly Contradicted[],
  ): Promise<void> {
    const read = new Map(breaks.map((one) => [one.chain, one]));
    const other = contradicted.find(({ subject: chain, from }) => read.get(chain)?.from !== from);
    if (other) throw new BreaksChanged(other.subject);
    const heads = breaks
      .filter(({ endsAt }) => endsAt > 0)
      .map(({ chain, endsAt: position, hash }) => ({ subject: chain, position, hash }));
    for (const [{ subject: chain, hash }, now] of await this.anchoring.nowAt(heads))
      if (now !== hash) throw new BreaksChanged(chain);
  }

  private contradicted = async (): Promise<readonly Contradicted[]> =>
    (await this.checkAnchors.execute(() => true)).contradicted;

  private async breaksOf(contradicted: readonly Contradicted[]): Promise<ChainBreak[]> {
    if (contradicted.length === 0) return [];
    const heads = new Map((await this.anchoring.heads()).map((head) => [head.subject, head]));
    return contradicted.map(({ subject: chain, from }) => {
      const { position: endsAt = 0, hash = '' } = heads.get(chain) ?? {};
      return { chain, from, endsAt, hash };
    });
  }

  private async open(tx: Transaction): Promise<BreaksProposal | undefined> {
    const { rows } = await tx.query<{ proposal_id: string }>(
      `select p.proposal_id from platform.proposal p left join platform.proposal_decision d using (proposal_id)
        where p.kind = $1 and d.proposal_id is null
          and p.expires_on > (select day from platform.business_day) limit 1`,
      [kind],
    );
    const open = rows[0]?.proposal_id;
    return open === undefined ? undefined : this.proposals.find<BreaksContent>(open, kind, tx);
  }
}

/** The newest that the journal names: from a backup, or of a copy of the disk, whose generation was raised. */
async function lastRestore(tx: Transaction): Promise<{ at: string; backup: string } | undefined> {
  const { rows } = await tx.query<{ at: Date; backup: string | null }>(
    `select recorded_at as at, details->>'backup' as backup from platform.audit_entry
      where action = 'backup.restored'
         or (action = 'recovery.carried-out' and details->'steps' @> '[{"do": "raise"}]')
      order by id desc limit 1`,
  );
  const [row] = rows;
  return row && { at: row.at.toISOString(), backup: row.backup ?? '' };
}

function journal(
  tx: Transaction,
  action: 'break.proposed' | 'break.acknowledged' | 'break.refused',
  { proposalId, content, decision }: BreaksProposal,
  { userId }: Caller,
): Promise<void> {
  const { restoredAt, backup, breaks } = content;
  const reason = decision?.reason || content.reason;
  return audit(tx, {
    ...{ action, subject, actor: userId },
    details: { proposalId, reason, restoredAt, backup, chains: breaks.length },
  });
}
