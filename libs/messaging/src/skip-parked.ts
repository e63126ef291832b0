import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf } from '#libs/identity';
import { event as factOf, EventSkippedSchema, headers, skipTopicOf } from '#libs/contracts';
import { audit, type Transaction, type UnitOfWork } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import {
  type Proposal,
  type ProposalAnswer,
  type ProposalOutcome,
  type Proposals,
  ProposalUnknown,
} from '#libs/proposals';
import type { BusinessDate } from './business-date.js';
import type { Outbox } from './outbox.js';
import type { ParkedEvents, ShownParked } from './parked-events.js';
import { requirePerson } from './require-person.js';
import type { ServiceName } from './service-name.js';

const kind = 'SKIP_PARKED';

/** What the second person reads: the record, and whom its loss concerns. */
type SkipContent = {
  /** Topic, partition and offset: `topic/partition@offset`. */
  readonly at: string;
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly cause: string;
  readonly reason: string;
  /** Of the record and of those behind it. */
  readonly memberships: string[];
  readonly behind: number;
};
export type SkipProposal = Proposal<SkipContent>;

export class ParkedUnknown extends defineProblem('PARKED_UNKNOWN', 'not-found') {
  constructor() {
    super('Cet événement n’est pas, ou n’est plus, mis de côté parmi ceux de vos marchés.');
  }
}
export class ParkedBehindAnother extends defineProblem('PARKED_BEHIND_ANOTHER', 'conflict') {
  constructor(first: bigint) {
    super(
      `Cet événement attend derrière un autre de la même clé : décidez d’abord du premier, n° ${first}.`,
      { first: first.toString() },
    );
  }
}
export class SkipProposed extends defineProblem('SKIP_PROPOSED', 'conflict') {
  constructor(proposalId: string) {
    super(
      'Il est déjà proposé de passer cet événement : une autre personne doit en décider, ou son auteur le retirer.',
      { proposalId },
    );
  }
}
export class SkipOutcomeUnknown extends defineProblem('SKIP_OUTCOME_UNKNOWN', 'invalid') {
  constructor() {
    super('Une décision est APPROVED, REJECTED ou WITHDRAWN.');
  }
}
/**
 * The way out for a record that no mending helps: it is passed over, and what waits behind it may be released. One person
 * proposes, another approves what he has read; both are journalled, and the record is kept (`platform.skipped_event`).
 */
@Injectable()
export class SkipParked {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly parked: ParkedEvents,
    private readonly proposals: Proposals,
    private readonly businessDate: BusinessDate,
    private readonly outbox: Outbox,
    private readonly service: ServiceName,
  ) {}

  /** With the proposal that waits for a second person, if there is one. */
  async show(
    id: bigint,
    caller: Caller,
  ): Promise<{ event: ShownParked; proposal: SkipProposal | undefined }> {
    return this.unitOfWork.run((tx) => this.look(tx, id, caller));
  }

  /** Throws ParkedUnknown, ParkedBehindAnother, SkipProposed, PersonNeeded. */
  async propose(id: bigint, reason: string, caller: Caller): Promise<SkipProposal> {
    requirePerson(caller);
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const { event, proposal } = await this.look(tx, id, caller);
      if (event.firstId !== event.id) throw new ParkedBehindAnother(event.firstId);
      if (proposal) throw new SkipProposed(proposal.proposalId);
      const content: SkipContent = {
        ...{
          at: atOf(event),
          id: event.id.toString(),
          key: event.key ?? '',
          type: event.type ?? '',
        },
        ...{ cause: event.cause, reason: reason.trim(), behind: event.behind },
        memberships: [...event.memberships],
      };
      const proposed = await this.proposals.record(
        tx,
        {
          ...{ marketCode: event.marketCode ?? '', kind, subject: content.at, content },
          ...{ paper: undefined, proposedBy: caller.userId },
        },
        today,
      );
      await this.journal(tx, 'parked-events.skip-proposed', proposed, caller);
      return proposed;
    }, caller.carrier);
  }

  /** Approved: it is passed over at once. Throws what `decideProposal` throws, ParkedUnknown, PersonNeeded. */
  async decide(
    proposalId: string,
    answer: Pick<ProposalAnswer, 'digest' | 'outcome' | 'reason'>,
    caller: Caller,
  ): Promise<SkipProposal> {
    requirePerson(caller);
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const proposal = await this.proposals.find<SkipContent>(proposalId, kind, tx);
      const markets = marketsOf(caller);
      if (markets && !markets.includes(proposal.marketCode)) throw new ProposalUnknown();
      const decision = await this.proposals.decide(
        tx,
        proposal,
        { ...answer, by: caller.userId },
        today,
      );
      const decided = { ...proposal, decision };
      if (decision.outcome === 'APPROVED') {
        const { event } = await this.look(tx, BigInt(proposal.content.id), caller);
        if (event.firstId !== event.id) throw new ParkedBehindAnother(event.firstId);
        if (!(await this.parked.skip(tx, event, proposalId))) throw new ParkedUnknown();
        await this.tell(tx, event, decided, today);
      }
      await this.journal(
        tx,
        decision.outcome === 'APPROVED' ? 'parked-events.skipped' : 'parked-events.skip-refused',
        decided,
        caller,
      );
      return decided;
    }, caller.carrier);
  }

  /** Each membership that it concerns: its members have no other notice. */
  private async tell(
    tx: Transaction,
    event: ShownParked,
    { proposalId, content }: SkipProposal,
    today: LocalDate,
  ): Promise<void> {
    const topic = skipTopicOf(this.service.name)?.name;
    if (topic === undefined) return;
    const day = event.headers[headers.businessDate] ?? '';
    const told = {
      ...{ proposalId, service: this.service.name, at: content.at, type: content.type },
      ...{ toldOn: isLocalDate(day) ? day : '', reason: content.reason, decidedOn: today },
    };
    const facts = event.memberships.map((membershipId) => ({
      ...factOf(EventSkippedSchema, membershipId, { ...told, membershipId }),
      topic,
    }));
    if (facts.length > 0) await this.outbox.add(tx, ...facts);
  }

  private async look(tx: Transaction, id: bigint, caller: Caller) {
    const event = await this.parked.show(tx, id, { markets: marketsOf(caller) });
    if (!event) throw new ParkedUnknown();
    const { rows } = await tx.query<{ proposal_id: string }>(
      `select p.proposal_id from platform.proposal p left join platform.proposal_decision d using (proposal_id)
        where p.kind = $1 and p.content ->> 'id' = $2 and d.proposal_id is null
          and p.expires_on > (select day from platform.business_day) limit 1`,
      // By its id: its offset changes when its log is made anew.
      [kind, event.id.toString()],
    );
    const open = rows[0]?.proposal_id;
    const proposal =
      open === undefined ? undefined : await this.proposals.find<SkipContent>(open, kind, tx);
    return { event, proposal };
  }

  private journal(
    tx: Transaction,
    action: 'parked-events.skip-proposed' | 'parked-events.skipped' | 'parked-events.skip-refused',
    { proposalId, content, decision }: SkipProposal,
    { userId }: Caller,
  ): Promise<void> {
    const reason =
      decision?.reason === undefined || decision.reason === '' ? content.reason : decision.reason;
    const { at, key, cause, memberships, behind } = content;
    return audit(tx, {
      ...{ action, actor: userId },
      subject: `parked:${at}`,
      details: { proposalId, key, cause, reason, memberships, behind },
    });
  }
}

/** As it is told. Throws SkipOutcomeUnknown. */
export function proposalOutcomeOf(text: string): ProposalOutcome {
  if (text === 'APPROVED' || text === 'REJECTED' || text === 'WITHDRAWN') return text;
  throw new SkipOutcomeUnknown();
}

const atOf = ({ topic, partition, offset }: ShownParked) => `${topic}/${partition}@${offset}`;
