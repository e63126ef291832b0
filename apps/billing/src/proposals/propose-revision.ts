import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { type ProposalPaper, Proposals } from '#libs/proposals';
import { contains, effectiveOn, type LocalDate } from '#libs/time';
import { InvoicedDays } from '../invoices/invoices.module.js';
import { contractYearsOf, type MarketTerms, Members } from '../members/members.module.js';
import { Papers } from '../papers/papers.module.js';
import {
  factorText,
  newEntries,
  type PriceEntry,
  Prices,
  revisedPrice,
  RevisionBaseMissing,
  revisionFactor,
  type RevisionFormula,
} from '../prices/prices.module.js';
import { type AppliedRevision, priceChangesOf, toProposedPrices } from './proposed-prices.js';
import { toPriceChange } from './proposals.dto.js';
import { requireNoneWaiting } from './waiting.js';

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

/** Plain JSON: the first answer comes again for the same key. */
export type ProposeRevisionResult = {
  /** Empty: a dry run, or a formula that changes nothing. */
  readonly proposalId: string;
  readonly changes: readonly ReturnType<typeof toPriceChange>[];
  readonly applied: AppliedRevision;
};

/** The supplier proposes what the market's formula gives (BIL-2); a coordinator verifies indices and result, and nothing calculates it again. */
@Injectable()
export class ProposeRevision {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly papers: Papers,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly invoicedDays: InvoicedDays,
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
      (tx, today, journal) => this.propose(tx, input, paper, today, journal),
    );
  }

  private async propose(
    tx: Transaction,
    { marketCode, revision, caller }: ProposeRevisionInput,
    paper: ProposalPaper | undefined,
    today: LocalDate,
    journal: Journal,
  ): Promise<ProposeRevisionResult> {
    const terms = await this.members.market(tx, marketCode, 'for-import');
    const { version, entries: current } = await this.prices.priceList(tx, marketCode);
    const contractYears = contractYearsOf(terms);
    const factor = revisionFactor(revision, today);
    const base = basePrices(terms, current, revision.baseOn);
    const revised = base.map((entry) => ({
      ...entry,
      effectiveFrom: revision.effectiveFrom,
      unitPrice: revisedPrice(entry.unitPrice, factor),
    }));
    const added = newEntries(revised, current, {
      itemCodes: terms.items.map((item) => item.code),
      contractYears,
      invoiced: await this.invoicedDays.byItem(tx, marketCode),
    });
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
    const changes = priceChangesOf(added, current, { contractYears, items: terms.items });
    const result = { proposalId: '', changes: changes.map(toPriceChange), applied };
    if (added.length === 0 || !paper) return result;
    await requireNoneWaiting(this.proposals, tx, { marketCode, kind: 'PRICES' }, today);
    const { proposalId } = await this.proposals.record(
      tx,
      {
        ...{ marketCode, kind: 'PRICES', subject: 'revision', paper, proposedBy: caller.userId },
        content: toProposedPrices(added, version, applied),
      },
      today,
    );
    const details = { proposalId, prices: added.length, factor: applied.factor };
    await journal({ restsOn: paper.sha256, details });
    return { ...result, proposalId };
  }
}

/** Each item's price in force on the day: within its contract year, since none is carried over (BIL-2). */
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
