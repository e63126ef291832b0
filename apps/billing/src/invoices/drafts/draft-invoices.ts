import { Injectable } from '@nestjs/common';
import { BusinessDate, Outbox } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate, Period } from '#libs/time';
import { type LedgerHead, ownPeriodEndingOn } from '../../members/members.module.js';
import type { CollectedUsage, UsageOf } from './collect-usage.js';
import { composeDraft } from './compose-draft.js';
import type { DraftInvoice } from '../domain/invoice.js';
import { BillingPeriodMoved } from './draft-problems.js';
import { draftedEvent } from '../invoices.events.js';
import { Drafts } from './drafts.pg.js';
import type { Basis } from './pricing-basis.js';
import { ReachedBasis } from './reached-basis.js';

export type DraftInvoicesInput = {
  readonly runId: string;
  /** What those who are invoiced as it ends are invoiced for; whose own period goes on has no line yet (BIL-3). */
  readonly period: Period;
  /** As metering stated it for all that the run drafts together; undefined: it was not asked, no period of theirs ends. */
  readonly usageOf: UsageOf | undefined;
  /** Whom to draft, with the version and ledger head that each copy must have reached (BIL-5). */
  readonly heads: readonly LedgerHead[];
};

export type DraftOutcome = 'DRAFTED' | 'ALREADY_THERE' | 'WITHOUT_LINE';
/** By membership. */
export type DraftOutcomes = ReadonlyMap<string, DraftOutcome>;

/** What became of each membership of a block: all others have their outcome. */
export type DraftedBlock = {
  readonly refused: ReadonlyMap<string, DomainError>;
  /** Being changed at this moment: nobody is waited for in a block of several, so each is to be drafted alone. */
  readonly left: readonly string[];
};

type Composed = {
  readonly drafts: DraftInvoice[];
  readonly withoutLine: string[];
  readonly refused: Map<string, DomainError>;
};

/** A block of memberships, one period → for each a draft with its evidence and explanation, or nothing to invoice. */
@Injectable()
export class DraftInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly basis: ReachedBasis,
    private readonly drafts: Drafts,
    private readonly outbox: Outbox,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * All in one transaction, with what `settle` keeps of the outcomes: killed anywhere, there are all drafts of the block or
   * none (BIL-5). Read and written together, each calculated by itself: who is refused is left out, and takes nobody along.
   */
  async execute(
    { runId, usageOf, period, heads }: DraftInvoicesInput,
    settle: (tx: Transaction, outcomes: DraftOutcomes, today: LocalDate) => Promise<void>,
  ): Promise<DraftedBlock> {
    const metered = new Map<string, CollectedUsage>();
    const unmetered = usageOf
      ? refusedOf(heads, (id) => metered.set(id, usageOf(id)))
      : new Map<string, DomainError>();
    const asked = heads.filter(({ membershipId }) => !unmetered.has(membershipId));
    if (asked.length === 0) return { refused: unmetered, left: [] };
    return this.unitOfWork.run(async (tx) => {
      // The day first, then the memberships: a day start locks in this order too.
      const today = await this.businessDate.today(tx);
      const { known, refused, left } = await this.basis.now(tx, asked);
      const composed = composedOf(known, (one) => {
        if (!isDue(one, period)) return undefined;
        const { membershipId } = one.member;
        const usage = metered.get(membershipId);
        if (usage === undefined) throw new BillingPeriodMoved(membershipId, period);
        return composeDraft(one, period, usage, today);
      });
      await settle(tx, await this.saved(tx, composed, runId), today);
      return { refused: new Map([...unmetered, ...refused, ...composed.refused]), left };
    });
  }

  private async saved(
    tx: Transaction,
    { drafts, withoutLine }: Composed,
    runId: string,
  ): Promise<DraftOutcomes> {
    const inserted = await this.drafts.insert(tx, drafts, runId);
    const anew = drafts.filter(({ id }) => inserted.has(id));
    await this.outbox.add(tx, ...anew.map(draftedEvent));
    return new Map<string, DraftOutcome>([
      ...withoutLine.map((id) => [id, 'WITHOUT_LINE'] as const),
      ...drafts.map(
        ({ id, membershipId }) =>
          [membershipId, inserted.has(id) ? 'DRAFTED' : 'ALREADY_THERE'] as const,
      ),
    ]);
  }
}

/** Whether its own period ends with this one. Throws BillingPeriodMoved where that is another by now. */
function isDue({ terms, member }: Basis, period: Period): boolean {
  const own = ownPeriodEndingOn(terms, member.rhythms, period.end);
  if (own !== undefined && own.start !== period.start) {
    throw new BillingPeriodMoved(member.membershipId, own);
  }
  return own !== undefined;
}

/** A fault that nobody foresaw is no refusal: it is thrown, and the block is drafted in parts. */
function composedOf(
  known: readonly Basis[],
  compose: (one: Basis) => DraftInvoice | undefined,
): Composed {
  const drafts: DraftInvoice[] = [];
  const withoutLine: string[] = [];
  const of = new Map(known.map((one) => [one.member.membershipId, one]));
  const refused = refusedOf(
    known.map(({ member }) => member),
    (id) => {
      const draft = compose(of.get(id)!);
      if (draft === undefined) withoutLine.push(id);
      else drafts.push(draft);
    },
  );
  return { drafts, withoutLine, refused };
}

/** Does it for each, and keeps who was refused for what. */
function refusedOf(
  members: readonly { readonly membershipId: string }[],
  work: (membershipId: string) => void,
): Map<string, DomainError> {
  const refused = new Map<string, DomainError>();
  for (const { membershipId } of members) {
    try {
      work(membershipId);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refused.set(membershipId, error);
    }
  }
  return refused;
}
