import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { Proposal } from '#libs/proposals';
import { addDays, type LocalDate } from '#libs/time';
import { composeDraft, evidenceOf, partiesOn } from '../drafts/compose-draft.js';
import { amountsBehind, type PlannedDocument, type PlannedLine } from '../domain/correction.js';
import {
  type Correcting,
  type DraftInvoice,
  type ExplainedLine,
  type Invoice,
  isCredit,
} from '../domain/invoice.js';
import { explainDifference, explainLine } from '../domain/invoice-explanation.js';
import { Drafts } from '../drafts/drafts.pg.js';
import { FinaliseInvoices } from '../numbering/finalise-invoices.js';
import { draftedEvent } from '../invoices.events.js';
import { Invoices } from '../invoices.pg.js';
import type { CollectedUsage } from '../drafts/collect-usage.js';
import { CorrectionOutdated } from './correction-problems.js';
import { InvoiceReviews } from './invoice-reviews.pg.js';
import { type Mended, MendingOfInvoices } from './mending-of-invoices.js';
import { type ProposedCorrection, toProposed } from './proposed-correction.js';

type Found = Mended & { readonly mending: NonNullable<Mended['mending']> };

/** What two persons agreed on: credit notes are issued, invoices drafted, all of it or nothing (BIL-8). */
@Injectable()
export class CarryOutCorrection {
  constructor(
    private readonly mending: MendingOfInvoices,
    private readonly invoices: Invoices,
    private readonly drafts: Drafts,
    private readonly finaliseInvoices: FinaliseInvoices,
    private readonly reviews: InvoiceReviews,
    private readonly outbox: Outbox,
  ) {}

  /** In the transaction of the decision. Throws CorrectionOutdated, and what keeps a credit note from its number. */
  async execute(
    tx: Transaction,
    { proposalId, content }: Proposal<ProposedCorrection>,
    invoice: Invoice,
    metered: CollectedUsage,
    today: LocalDate,
  ): Promise<void> {
    const found = await this.mending.locked(tx, invoice, metered.usage);
    const { mending } = found ?? {};
    if (!found || !mending || !isDeepStrictEqual(toProposed(mending), content.documents)) {
      throw new CorrectionOutdated();
    }
    const { id: invoiceId } = found.head;
    for (const planned of mending.documents) {
      const { id, number, issuedOn } = quotedBy(planned, found);
      const corrects: Correcting = {
        ...{ invoiceId: id, number, issuedOn, reason: content.reason, proposalId },
      };
      const draft = draftOf(planned, { ...found, mending }, corrects, metered, today);
      await this.drafts.insert(tx, [draft], await this.invoices.runOf(tx, invoiceId));
      if (isCredit(draft.kind)) await this.finaliseInvoices.one(tx, draft.id, today);
      else await this.outbox.add(tx, draftedEvent(draft));
    }
    await this.reviews.underWay(tx, invoiceId);
  }
}

/** The invoice of the period, or the complement of it that is taken back. */
const quotedBy = ({ creditsComplement }: PlannedDocument, { head, issued }: Mended) =>
  issued.find(({ id }) => id === creditsComplement) ?? head;

function draftOf(
  planned: PlannedDocument,
  found: Found,
  corrects: Correcting,
  metered: CollectedUsage,
  today: LocalDate,
): DraftInvoice {
  const { head, known } = found;
  const { kind, revision } = planned;
  if (kind === 'INVOICE') {
    const anew = composeDraft(known, head.period, metered, today);
    if (anew === undefined) throw new RangeError('A replacement without a line');
    return { ...anew, revision, corrects };
  }
  const { vatTotals, netCents, vatCents, totalCents } = planned;
  const quoted = quotedBy(planned, found);
  const { settlement, creditedBy, number, sequence, issuedOn, dueOn, ...content } = quoted;
  void [settlement, creditedBy, number, sequence, issuedOn, dueOn];
  const written: DraftInvoice = {
    ...content,
    ...{ vatTotals, netCents, vatCents, totalCents, kind, revision, corrects },
    ...{ status: 'DRAFT', id: randomUUID(), answers: [], draftedOn: today },
    lines:
      kind === 'CREDIT_NOTE' ? quoted.lines : planned.lines.map((line) => explained(line, found)),
    evidence: kind === 'CREDIT_NOTE' ? quoted.evidence : evidenceOf(known, metered),
    // Nothing is paid on a credit note, and nobody contests what is given back.
    seller: { ...quoted.seller, iban: '' },
    contestableUntil: today,
  };
  if (isCredit(kind)) return written;
  const contestableUntil = addDays(today, known.terms.contestDays);
  return { ...written, ...partiesOn(known, today), contestableUntil };
}

/** What was invoiced of the same items, and what is owed by the lines of today. */
function explained(planned: PlannedLine, { issued, known, mending }: Found): ExplainedLine {
  const { nettedItems, ...line } = planned;
  void nettedItems;
  const { lines, ...amounts } = amountsBehind(planned, issued, mending.is.lines);
  const { ledger, signed } = known.member;
  const now = lines.map((one) => explainLine(one, ledger, signed, known.terms.floorScope));
  return { ...line, explanation: explainDifference(line, amounts, now, known.terms.basis) };
}
