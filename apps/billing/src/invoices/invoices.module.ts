import { Module } from '@nestjs/common';
import { ProposalsModule } from '#libs/proposals';
import { MembersModule } from '../members/members.module.js';
import { PapersModule } from '../papers/papers.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { SupplierAccountsModule } from '../supplier-accounts/supplier-accounts.module.js';
import { AcceptDraft } from './service-fait/accept-draft.js';
import { AnchoredDocuments } from './anchored-documents.pg.js';
import { CarryOutCorrection } from './corrections/carry-out-correction.js';
import { CheckInvoices } from './check-invoices.js';
import { CollectUsage } from './collect-usage.js';
import { LateUsageConsumer } from './late-usage.consumer.js';
import { LateUsage } from './late-usage.pg.js';
import { ContestDraft } from './service-fait/contest-draft.js';
import { DraftAnswers } from './service-fait/draft-answers.pg.js';
import { DraftAnswersRpc } from './service-fait/draft-answers.rpc.js';
import { CorrectionsRpc } from './corrections/corrections.rpc.js';
import { DecideCorrection } from './corrections/decide-correction.js';
import { InvoiceReviews } from './corrections/invoice-reviews.pg.js';
import { MendingOfInvoices } from './corrections/mending-of-invoices.js';
import { ProposeCorrection } from './corrections/propose-correction.js';
import { ReviewIssued } from './corrections/review-issued.js';
import { SettleInvoice } from './corrections/settle-invoice.js';
import { Settlements } from './corrections/settlements.pg.js';
import { ViewInvoicesToMend } from './corrections/view-invoices-to-mend.js';
import { DraftInvoices } from './draft-invoices.js';
import { FinaliseInvoices } from './finalise-invoices.js';
import { DraftReviews } from './draft-reviews.pg.js';
import { Drafts } from './drafts.pg.js';
import { InvoiceCounters } from './invoice-counters.pg.js';
import { DrawAhead } from './printing/draw-ahead.js';
import { PaperPrinter } from './printing/paper-printer.js';
import { IssuePaper } from './issue-paper.js';
import { IssuedInvoices } from './issued-invoices.pg.js';
import { InvoicedDays } from './invoiced-days.pg.js';
import { Invoices } from './invoices.pg.js';
import { InvoicesRpc } from './invoices.rpc.js';
import { IssuedDocuments } from './issued-documents.pg.js';
import { MaintainDraft } from './service-fait/maintain-draft.js';
import { NumberDueInvoices } from './number-due-invoices.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { NumberingRpc } from './numbering.rpc.js';
import { NumberingWorker } from './numbering-worker.js';
import { PendingNumbering } from './pending-numbering.js';
import { PricingBasis } from './pricing-basis.js';
import { ReachedBasis } from './reached-basis.js';
import { ReplaceDraft } from './replace-draft.js';
import { RetryNumbering } from './retry-numbering.js';
import { ReviewDraft } from './review-draft.js';
import { ReviewDrafts } from './review-drafts.js';
import { AskUsageOfDrafts } from './ask-usage-of-drafts.js';
import { UsageGateway } from './usage.gateway.js';
import { MeteringUsageGateway } from './usage.grpc-gateway.js';
import { ViewDraftsToSettle } from './service-fait/view-drafts-to-settle.js';
import { ViewInvoices } from './view-invoices.js';
import { WhyBehind } from './why-behind.js';
import { WaitingForSomebody } from './waiting-for-somebody.pg.js';
import { WithdrawDraft } from './withdraw-draft.js';

// The door for billing-runs, estimates, usage alarms and the sales journal: what they may use of this feature.
export { type InvoiceKind, isCredit, type ItemUsage } from './domain/invoice.js';
export { explanationOf } from './domain/line-texts.js';
export { PriceMissing } from './domain/calculation-problems.js';
export { calculateInvoice } from './domain/invoice-calculation.js';
export { type Basis, inputOf, PricingBasis } from './pricing-basis.js';
export { DraftInvoices, type DraftOutcomes } from './draft-invoices.js';
export { composeDraft } from './compose-draft.js';
export { refusalsOfDraft } from './draft-standing.js';
export { ReachedBasis };
export { CollectUsage, type UsageOf, UsageWait } from './collect-usage.js';
export { AnchoredDocuments, InvoicedDays, PendingNumbering };
export { UsageGateway };

@Module({
  imports: [ProposalsModule, MembersModule, PapersModule, PricesModule, SupplierAccountsModule],
  controllers: [LateUsageConsumer, InvoicesRpc, CorrectionsRpc, DraftAnswersRpc, NumberingRpc],
  providers: [
    PricingBasis,
    ReachedBasis,
    WhyBehind,
    CollectUsage,
    LateUsage,
    DraftInvoices,
    FinaliseInvoices,
    AskUsageOfDrafts,
    NumberDueInvoices,
    NumberingFailures,
    NumberingWorker,
    PendingNumbering,
    WaitingForSomebody,
    RetryNumbering,
    ReplaceDraft,
    ReviewDraft,
    ReviewDrafts,
    WithdrawDraft,
    AcceptDraft,
    ContestDraft,
    MaintainDraft,
    ViewDraftsToSettle,
    AnchoredDocuments,
    SettleInvoice,
    MendingOfInvoices,
    ReviewIssued,
    ViewInvoicesToMend,
    ProposeCorrection,
    DecideCorrection,
    CarryOutCorrection,
    Settlements,
    InvoiceReviews,
    CheckInvoices,
    ViewInvoices,
    DraftAnswers,
    DraftReviews,
    Drafts,
    InvoiceCounters,
    IssuedInvoices,
    InvoicedDays,
    Invoices,
    IssuedDocuments,
    IssuePaper,
    PaperPrinter,
    DrawAhead,
    { provide: UsageGateway, useClass: MeteringUsageGateway },
  ],
  exports: [CollectUsage, DraftInvoices, InvoicedDays, PricingBasis, ReachedBasis, UsageGateway],
})
export class InvoicesModule {}
