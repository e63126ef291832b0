import { Module } from '@nestjs/common';
import { ProposalsModule } from '#libs/proposals';
import { MembersModule } from '../members/members.module.js';
import { PapersModule } from '../papers/papers.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { SupplierAccountsModule } from '../supplier-accounts/supplier-accounts.module.js';
import { AcceptDraft } from './service-fait/accept-draft.js';
import { AnchoredDocuments } from './document/anchored-documents.pg.js';
import { CarryOutCorrection } from './corrections/carry-out-correction.js';
import { CheckInvoices } from './check-invoices.js';
import { CollectUsage } from './drafts/collect-usage.js';
import { LateUsageConsumer } from './corrections/late-usage.consumer.js';
import { LateUsage } from './corrections/late-usage.pg.js';
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
import { DraftInvoices } from './drafts/draft-invoices.js';
import { FinaliseInvoices } from './numbering/finalise-invoices.js';
import { DraftReviews } from './drafts/draft-reviews.pg.js';
import { Drafts } from './drafts/drafts.pg.js';
import { InvoiceCounters } from './numbering/invoice-counters.pg.js';
import { DrawAhead } from './numbering/draw-ahead.js';
import { PaperPrinter } from './printing/paper-printer.js';
import { IssuePaper } from './numbering/issue-paper.js';
import { IssuedInvoices } from './issued-invoices.pg.js';
import { InvoicedDays } from './invoiced-days.pg.js';
import { Invoices } from './invoices.pg.js';
import { InvoicesRpc } from './invoices.rpc.js';
import { IssuedDocuments } from './document/issued-documents.pg.js';
import { MarketInvoices } from './of-market/market-invoices.pg.js';
import { MarketInvoicesRpc } from './of-market/market-invoices.rpc.js';
import { ViewMarketInvoices } from './of-market/view-market-invoices.js';
import { RecountInvoices } from './recount-invoices.js';
import { ReplayInvoice } from './why/replay-invoice.js';
import { MaintainDraft } from './service-fait/maintain-draft.js';
import { NumberDueInvoices } from './numbering/number-due-invoices.js';
import { NumberingFailures } from './numbering/numbering-failures.pg.js';
import { NumberingRpc } from './numbering/numbering.rpc.js';
import { NumberingWorker } from './numbering/numbering-worker.js';
import { PendingNumbering } from './numbering/pending-numbering.js';
import { PricingBasis } from './drafts/pricing-basis.js';
import { ReachedBasis } from './drafts/reached-basis.js';
import { ReplaceDraft } from './drafts/replace-draft.js';
import { RetryNumbering } from './numbering/retry-numbering.js';
import { ReviewDraft } from './drafts/review-draft.js';
import { ReviewDrafts } from './numbering/review-drafts.js';
import { AskUsageOfDrafts } from './drafts/ask-usage-of-drafts.js';
import { UsageGateway } from './drafts/usage.gateway.js';
import { MeteringUsageGateway } from './drafts/usage.grpc-gateway.js';
import { ViewDraftsToSettle } from './service-fait/view-drafts-to-settle.js';
import { ViewInvoices } from './view-invoices.js';
import { WhyBehind } from './drafts/why-behind.js';
import { WaitingForSomebody } from './drafts/waiting-for-somebody.pg.js';
import { WithdrawDraft } from './drafts/withdraw-draft.js';

// The door for billing-runs, estimates, usage alarms and the sales journal: what they may use of this feature.
export { type InvoiceKind, isCredit, type ItemUsage } from './domain/invoice.js';
export { explanationOf } from './domain/line-texts.js';
export { PriceMissing } from './domain/calculation-problems.js';
export { calculateInvoice } from './domain/invoice-calculation.js';
export { type Basis, inputOf, PricingBasis } from './drafts/pricing-basis.js';
export { DraftInvoices, type DraftOutcomes } from './drafts/draft-invoices.js';
export { composeDraft } from './drafts/compose-draft.js';
export { refusalsOfDraft } from './drafts/draft-standing.js';
export { ReachedBasis };
export { CollectUsage, type UsageOf, UsageWait } from './drafts/collect-usage.js';
export { AnchoredDocuments, InvoicedDays, PendingNumbering };
export { UsageGateway };

@Module({
  imports: [
    ProposalsModule,
    MembersModule,
    PapersModule,
    PricesModule,
    SchoolsModule,
    SupplierAccountsModule,
  ],
  controllers: [
    LateUsageConsumer,
    InvoicesRpc,
    MarketInvoicesRpc,
    CorrectionsRpc,
    DraftAnswersRpc,
    NumberingRpc,
  ],
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
    RecountInvoices,
    ReplayInvoice,
    MarketInvoices,
    ViewMarketInvoices,
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
