import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { daysIn, type LocalDate, type Period } from '#libs/time';
import type { RhythmFrom } from '#libs/trade';
import {
  type Basis,
  CollectUsage,
  composeDraft,
  ReachedBasis,
  refusalsOfDraft,
  type UsageOf,
} from '../invoices/invoices.module.js';
import {
  billingPeriodsOf,
  type LedgerHead,
  type MarketTerms,
  Members,
} from '../members/members.module.js';
import {
  differenceTold,
  mostNotableFirst,
  noAmounts,
  type PreviewedMember,
  type PreviewTotals,
  totalsOf,
} from './domain/billing-preview.js';
import { billingPeriodEndingOn, ensureOver } from './domain/billing-period.js';
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
  readonly heads: ReadonlyMap<string, LedgerHead>;
  /** By the first day of a period that ends with the run's. */
  readonly usageOf: Map<LocalDate, UsageOf>;
  readonly today: LocalDate;
};

/** What a membership would be invoiced for; nothing while its own period goes on. */
type Due = { readonly period: Period; readonly before: Period | undefined } | undefined;

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
    const periods = billingPeriodsOf(terms);
    const period = billingPeriodEndingOn(periods, periodEndsOn);
    ensureOver(period, today);
    const before = periods[periods.indexOf(period) - 1];
    const stated = await this.statedHeads.ofMarket(marketCode);
    const heads = new Map(stated.map((head) => [head.membershipId, head]));
    const asked: Asked = { terms, period, heads, usageOf: new Map(), today };
    const members: PreviewedMember[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const page = await this.page(asked, after);
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

  private async page(asked: Asked, after: string): Promise<PreviewedMember[]> {
    const { terms, period, usageOf } = asked;
    const written = await this.unitOfWork.run(async (tx) => {
      const named = await this.members.named(tx, terms.code, { after, limit: pageSize });
      const ids = named.map(({ membershipId }) => membershipId);
      const chosen = await this.members.rhythms(tx, ids);
      const due = new Map(ids.map((id) => [id, dueOf(terms, chosen.get(id) ?? [], period)]));
      return { due, books: await this.books.of(tx, named, due) };
    });
    for (const due of written.due.values()) {
      if (due === undefined || usageOf.has(due.period.start)) continue;
      usageOf.set(due.period.start, await this.usageOf(terms, due.period));
    }
    return this.unitOfWork.run((tx) => this.previewed(tx, asked, written));
  }

  private async previewed(
    tx: Transaction,
    asked: Asked,
    { books, due }: { books: readonly MemberInBooks[]; due: ReadonlyMap<string, Due> },
  ): Promise<PreviewedMember[]> {
    const stated = books.flatMap((one) =>
      one.isThere ? [] : (asked.heads.get(one.membershipId) ?? []),
    );
    const { known, refused } = await this.reached.glance(tx, stated);
    const basisOf = new Map(known.map((one) => [one.member.membershipId, one]));
    return books.map((one): PreviewedMember => {
      const { membershipId } = one;
      if (one.isThere) return told(one, 'ALREADY_THERE', { amounts: one.inPeriod ?? noAmounts });
      const basis = basisOf.get(membershipId);
      const refusal = refused.get(membershipId) ?? new MembershipNotStated(membershipId);
      if (basis === undefined) return notDrafted(one, refusal);
      const own = due.get(membershipId);
      return own === undefined
        ? told(one, 'WITHOUT_LINE')
        : drafted(one, basis, { ...asked, period: own.period });
    });
  }
}

/** Beside the period before, unless a year stands beside a quarter. */
function dueOf(terms: MarketTerms, chosen: readonly RhythmFrom[], { end }: Period): Due {
  const periods = billingPeriodsOf(terms, chosen);
  const at = periods.findIndex((one) => one.end === end);
  const [period, before] = [periods[at], periods[at - 1]];
  if (period === undefined) return undefined;
  return { period, before: before && isYear(before) === isYear(period) ? before : undefined };
}

const daysOfQuarterMax = 92;
const isYear = (period: Period): boolean => daysIn(period) > daysOfQuarterMax;

function drafted(one: MemberInBooks, basis: Basis, asked: Asked): PreviewedMember {
  const { period, usageOf, today } = asked;
  try {
    const usage = usageOf.get(period.start)!(one.membershipId);
    const draft = composeDraft(basis, period, usage, today);
    if (draft === undefined) return told(one, 'WITHOUT_LINE');
    const refusals = refusalsOfDraft(draft, today, basis);
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
