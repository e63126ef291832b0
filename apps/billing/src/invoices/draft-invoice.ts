import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BusinessDate, Outbox } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { type LocalDate, type Period, addDays } from '#libs/time';
import { buyerOn, type LedgerHead } from '../members/members.module.js';
import { accountOn } from '../supplier-accounts/supplier-accounts.module.js';
import { CollectUsage } from './collect-usage.js';
import { type DraftInvoice as Draft, type InvoiceEvidence } from './domain/invoice.js';
import { calculateInvoice, type InvoiceCalculation } from './domain/invoice-calculation.js';
import { explainLine } from './domain/invoice-explanation.js';
import { draftedEvent } from './invoices.events.js';
import { Drafts } from './drafts.pg.js';
import { type Basis, inputOf } from './pricing-basis.js';
import { ReachedBasis } from './reached-basis.js';
import { type MeteredUsage } from './usage.gateway.js';

export type DraftInvoiceInput = {
  readonly runId: string;
  readonly terms: Basis['terms'];
  readonly period: Period;
  /** Version and ledger head that the copy must have reached (BIL-5). */
  readonly head: LedgerHead;
};

export type DraftOutcome = 'DRAFTED' | 'ALREADY_THERE' | 'WITHOUT_LINE';

/** One membership, one period → a draft with its evidence and explanation, or nothing to invoice. */
@Injectable()
export class DraftInvoice {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly basis: ReachedBasis,
    private readonly usage: CollectUsage,
    private readonly drafts: Drafts,
    private readonly outbox: Outbox,
    private readonly businessDate: BusinessDate,
  ) {}

  /** All in one transaction: killed anywhere, there is the whole draft or none of it (BIL-5). */
  async execute({ runId, terms, period, head }: DraftInvoiceInput): Promise<DraftOutcome> {
    const itemCodes = terms.items.map((item) => item.code);
    const metered = await this.usage.execute(terms.basis, head.membershipId, itemCodes, period);
    return this.unitOfWork.run(async (tx) => {
      // The day first, then the membership: a day start locks in this order too.
      const today = await this.businessDate.today(tx);
      const known = await this.basis.now(tx, head);
      const input = inputOf(known, period, terms.basis, metered.usage);
      const calculation = input === undefined ? undefined : calculateInvoice(input);
      if (calculation === undefined || calculation.lines.length === 0) return 'WITHOUT_LINE';
      const draft = draftOf(known, period, calculation, metered, today);
      return this.save(tx, draft, runId);
    });
  }

  private async save(tx: Transaction, draft: Draft, runId: string): Promise<DraftOutcome> {
    if (!(await this.drafts.insert(tx, draft, runId))) return 'ALREADY_THERE';
    await this.outbox.add(tx, draftedEvent(draft));
    return 'DRAFTED';
  }
}

function draftOf(
  { terms, member, prices, accounts }: Basis,
  period: Period,
  calculation: InvoiceCalculation,
  metered: MeteredUsage,
  today: LocalDate,
): Draft {
  const evidence: InvoiceEvidence = {
    membershipVersion: member.membershipVersion,
    ledgerHead: member.ledgerHead,
    ledgerPosition: member.ledger.at(-1)?.ledgerPosition ?? 0,
    floorScope: terms.floorScope,
    priceVersion: prices.version,
    meteringCutOff: metered.cutOff,
    schools: metered.schools,
    usage: metered.usage,
  };
  return {
    ...calculation,
    lines: calculation.lines.map((line) => ({
      ...line,
      explanation: explainLine(line, member.ledger, member.signed, terms.floorScope),
    })),
    status: 'DRAFT',
    id: randomUUID(),
    membershipId: member.membershipId,
    marketCode: terms.code,
    marketTitle: terms.title,
    numberPrefix: terms.numberPrefix,
    period,
    revision: 0,
    basis: terms.basis,
    seller: { ...terms.supplier, iban: accountOn(accounts, today)?.iban ?? '' },
    buyer: buyerOn(member, today),
    evidence,
    draftedOn: today,
    contestableUntil: addDays(today, terms.contestDays),
    paymentTermDays: terms.paymentTermDays,
  };
}
