import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { contains, effectiveOn, type LocalDate } from '#libs/time';
import { contractYearsOf, type MarketTerms } from '../members/members.module.js';
import { Papers } from '../papers/papers.module.js';
import {
  factorText,
  type PriceEntry,
  revisedPrice,
  RevisionBaseMissing,
  revisionFactor,
  type RevisionFormula,
} from '../prices/prices.module.js';
import { type KnownPrices, PriceProposals, type ProposedChanges } from './price-proposals.js';
import type { AppliedRevision } from './proposed-prices.js';

export type ProposeRevisionInput = {
  readonly marketCode: string;
  readonly revision: RevisionFormula & {
    readonly baseOn: LocalDate;
    readonly effectiveFrom: LocalDate;
  };
  readonly documentId: string;
  readonly dryRun?: boolean;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

export type ProposeRevisionResult = ProposedChanges & {
  readonly applied: AppliedRevision;
  /** What people call them. */
  readonly items: MarketTerms['items'];
};

/** The supplier proposes what the market's formula gives (BIL-2); a coordinator verifies indices and result, and nothing calculates it again. */
@Injectable()
export class ProposeRevision {
  constructor(
    private readonly commands: Commands,
    private readonly papers: Papers,
    private readonly priceProposals: PriceProposals,
  ) {}

  /**
   * Throws RevisionInvalid, RevisionBaseMissing, PricesInvalid, PriceAlreadyInvoiced (MKT-6), MarketUnknown,
   * PaperNotDeposited, ProposalWaiting.
   */
  async execute(input: ProposeRevisionInput): Promise<ProposeRevisionResult> {
    const { marketCode, revision, documentId, dryRun = false, caller, idempotencyKey } = input;
    const paper = dryRun
      ? undefined
      : await this.papers.ofMarket(documentId, { marketCode, kind: 'BPU' });
    return this.commands.attempt(
      {
        operation: 'ProposePriceRevision',
        action: 'prices.proposed',
        request: { marketCode, revision, documentId },
        ...{ caller, idempotencyKey, dryRun },
        refused: { subject: `market:${marketCode}`, ...(paper ? { restsOn: paper.sha256 } : {}) },
      },
      async (tx, today, journal) => {
        const known = await this.priceProposals.known(tx, marketCode);
        const { wanted, applied } = revise(known, revision, today);
        const proposed = await this.priceProposals.propose(
          tx,
          { known, wanted, applied, subject: 'revision', paper, proposedBy: caller.userId },
          today,
          journal,
        );
        return { ...proposed, applied, items: known.terms.items };
      },
    );
  }
}

/** What the formula makes of the prices of its base day, and all that it was calculated from. */
function revise(
  { terms, entries }: KnownPrices,
  revision: AppliedRevision['revision'],
  today: LocalDate,
): { wanted: PriceEntry[]; applied: AppliedRevision } {
  const factor = revisionFactor(revision, today);
  const base = basePrices(terms, entries, revision.baseOn);
  const wanted = base.map((entry) => ({
    ...entry,
    effectiveFrom: revision.effectiveFrom,
    unitPrice: revisedPrice(entry.unitPrice, factor),
  }));
  const applied = {
    revision,
    factor: factorText(factor),
    factorNumerator: factor.numerator.toString(),
    factorDenominator: factor.denominator.toString(),
    basePrices: base.map(({ itemCode, unitPrice }) => ({
      itemCode,
      unitPrice: unitPrice.toString(),
    })),
  };
  return { wanted, applied };
}

/** Each item’s price in force on the day: within its contract year, since none is carried over (BIL-2). */
function basePrices(
  terms: MarketTerms,
  entries: readonly PriceEntry[],
  baseOn: LocalDate,
): PriceEntry[] {
  const contractYears = contractYearsOf(terms);
  const year = contractYears.find((one) => contains(one, baseOn));
  return terms.items.map(({ code, label }) => {
    const known = entries.filter(
      ({ itemCode, effectiveFrom }) =>
        itemCode === code && year !== undefined && contains(year, effectiveFrom),
    );
    const last = effectiveOn(known, baseOn);
    if (last === undefined) throw new RevisionBaseMissing(label, baseOn);
    return last;
  });
}
