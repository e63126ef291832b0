import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate, Period } from '#libs/time';
import {
  type Basis,
  CollectUsage,
  composeDraft,
  ReachedBasis,
  refusalsOfDraft,
  type UsageOf,
} from '../invoices/invoices.module.js';
import {
  contractYearsOf,
  type LedgerHead,
  Members,
  type MarketTerms,
} from '../members/members.module.js';
import {
  differenceTold,
  mostNotableFirst,
  noAmounts,
  type PreviewedMember,
  type PreviewTotals,
  totalsOf,
} from './domain/billing-preview.js';
import { billingPeriodEndingOn, billingPeriods, ensureOver } from './domain/billing-period.js';
import { MembershipHeads } from './membership-heads.gateway.js';
import { type MemberInBooks, PreviewBooks } from './preview-books.pg.js';
import { MembershipNotStated } from './run-problems.js';

export type PreviewBillingInput = {
  readonly marketCode: string;
  /** First day after the period. */
  readonly periodEndsOn: LocalDate;
  readonly limit: number;
};

export type BillingPreview = {
  readonly period: Period;
  readonly before: Period | undefined;
  readonly toDraft: PreviewTotals;
  readonly alreadyThere: PreviewTotals;
  readonly withoutLine: PreviewTotals;
  readonly refused: PreviewTotals;
  /** How many of all have a warning. */
  readonly warned: number;
  /** The most notable first. */
  readonly members: readonly PreviewedMember[];
};

type Asked = {
  readonly terms: MarketTerms;
  readonly period: Period;
  readonly before: Period | undefined;
  readonly heads: ReadonlyMap<string, LedgerHead>;
  readonly usageOf: UsageOf;
  readonly today: LocalDate;
};

const pageSize = 200;

/**
 * What a run would draft now, membership by membership, beside what the period before came to (BIL-5): by the run's own
 * calculation, from copies as they stand. Nothing is written or locked, and with METERED nothing is certified.
 */
@Injectable()
export class PreviewBilling {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly members: Members,
    private readonly statedHeads: MembershipHeads,
    private readonly collectUsage: CollectUsage,
    private readonly reached: ReachedBasis,
    private readonly books: PreviewBooks,
  ) {}

  /** Throws what a run throws as it begins; a refusal of kind `unavailable` where membership does not answer. */
  async execute({ marketCode, periodEndsOn, limit }: PreviewBillingInput): Promise<BillingPreview> {
    const today = await this.businessDate.today();
    const terms = await this.unitOfWork.run((tx) => this.members.market(tx, marketCode));
    const periods = billingPeriods(contractYearsOf(terms), terms.endsOn, terms.rhythm);
    const period = billingPeriodEndingOn(periods, periodEndsOn);
    ensureOver(period, today);
    const before = periods[periods.indexOf(period) - 1];
    const stated = await this.statedHeads.ofMarket(marketCode);
    const heads = new Map(stated.map((head) => [head.membershipId, head]));
    const usageOf = await this.usageOf(terms, period);
    const asked = { terms, period, before, heads, usageOf, today };
    const members: PreviewedMember[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after;
      const page = await this.unitOfWork.run((tx) => this.page(tx, asked, from));
      members.push(...page);
      after = page.length < pageSize ? undefined : page.at(-1)?.membershipId;
    }
    return {
      ...{ period, before },
      toDraft: totalsOf(members, 'TO_DRAFT'),
      alreadyThere: totalsOf(members, 'ALREADY_THERE'),
      withoutLine: totalsOf(members, 'WITHOUT_LINE'),
      refused: totalsOf(members, 'REFUSED'),
      warned: members.filter(({ warnings }) => warnings.length > 0).length,
      members: mostNotableFirst(members).slice(0, limit),
    };
  }

  /** What metering refuses, each is refused for, as in a run. */
  private async usageOf({ basis, code }: MarketTerms, period: Period): Promise<UsageOf> {
    try {
      return await this.collectUsage.glanceOfMarket({ basis, marketCode: code, period });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return () => {
        throw error;
      };
    }
  }

  private async page(tx: Transaction, asked: Asked, after: string): Promise<PreviewedMember[]> {
    const { terms, period, before, heads } = asked;
    const written = await this.books.page(
      ...([tx, terms.code, { period, before }, { after, limit: pageSize }] as const),
    );
    const stated = written.flatMap((one) =>
      one.isThere ? [] : (heads.get(one.membershipId) ?? []),
    );
    const { known, refused } = await this.reached.glance(tx, stated);
    const basisOf = new Map(known.map((one) => [one.member.membershipId, one]));
    return written.map((one): PreviewedMember => {
      if (one.isThere) return told(one, 'ALREADY_THERE', { amounts: one.inPeriod ?? noAmounts });
      const basis = basisOf.get(one.membershipId);
      const refusal = refused.get(one.membershipId) ?? new MembershipNotStated(one.membershipId);
      return basis === undefined ? notDrafted(one, refusal) : drafted(one, basis, asked);
    });
  }
}

function drafted(one: MemberInBooks, basis: Basis, asked: Asked): PreviewedMember {
  const { period, usageOf, today } = asked;
  try {
    const draft = composeDraft(basis, period, usageOf(one.membershipId), today);
    if (draft === undefined) return told(one, 'WITHOUT_LINE');
    const refusals = refusalsOfDraft(draft, today);
    return told(one, 'TO_DRAFT', {
      amounts: draft,
      warnings: refusals.map(({ reason, remedy }) =>
        `Serait refusée à l’envoi : ${reason}. ${remedy}`.trim(),
      ),
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return notDrafted(one, error);
  }
}

const notDrafted = (one: MemberInBooks, { code, message }: DomainError): PreviewedMember =>
  told(one, 'REFUSED', { refusal: { code, message } });

function told(
  { membershipId, organisationName, before }: MemberInBooks,
  outcome: PreviewedMember['outcome'],
  over: Partial<Pick<PreviewedMember, 'amounts' | 'refusal' | 'warnings'>> = {},
): PreviewedMember {
  const { netCents, vatCents, totalCents } = over.amounts ?? noAmounts;
  const amounts = { netCents, vatCents, totalCents };
  const warnings = [...(over.warnings ?? []), ...differenceTold({ outcome, amounts, before })];
  const { refusal } = over;
  return { membershipId, organisationName, outcome, amounts, before, refusal, warnings };
}
