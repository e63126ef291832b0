import { Commands } from '#libs/commands';
import { HeldUp, BusinessDayKeeper, PgBusinessDate, PgOutbox } from '#libs/messaging';
import { Anchoring, CheckAnchors, type Transaction } from '#libs/persistence';
import { createLogger } from '#libs/observability';
import { Proposals } from '#libs/proposals';
import { type FreshDatabase, callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { BillingRuns } from '../src/billing-runs/billing-runs.pg.js';
import { PreviewBilling } from '../src/billing-runs/preview-billing.js';
import { PreviewBooks } from '../src/billing-runs/preview-books.pg.js';
import { RetryRunMember } from '../src/billing-runs/retry-run-member.js';
import { RunBilling, type RunBegun } from '../src/billing-runs/run-billing.js';
import { RunMembers } from '../src/billing-runs/run-members.pg.js';
import { DraftedTogether, WorkOffRuns } from '../src/billing-runs/work-off-runs.js';
import { CopyWait, WaitForCopy } from '../src/billing-runs/wait-for-copy.js';
import { AcceptDraft } from '../src/invoices/service-fait/accept-draft.js';
import { CheckInvoices } from '../src/invoices/check-invoices.js';
import { Circuits } from '../src/invoices/document/circuits.js';
import { CollectUsage, UsageWait } from '../src/invoices/drafts/collect-usage.js';
import { ContestDraft } from '../src/invoices/service-fait/contest-draft.js';
import { DraftAnswers } from '../src/invoices/service-fait/draft-answers.pg.js';
import { CarryOutCorrection } from '../src/invoices/corrections/carry-out-correction.js';
import { DecideCorrection } from '../src/invoices/corrections/decide-correction.js';
import { InvoiceReviews } from '../src/invoices/corrections/invoice-reviews.pg.js';
import { MendingOfInvoices } from '../src/invoices/corrections/mending-of-invoices.js';
import { ProposeCorrection } from '../src/invoices/corrections/propose-correction.js';
import { ReviewIssued } from '../src/invoices/corrections/review-issued.js';
import { SettleInvoice } from '../src/invoices/corrections/settle-invoice.js';
import { Settlements } from '../src/invoices/corrections/settlements.pg.js';
import { ViewInvoicesToMend } from '../src/invoices/corrections/view-invoices-to-mend.js';
import { DraftInvoices } from '../src/invoices/drafts/draft-invoices.js';
import { FinaliseInvoices } from '../src/invoices/numbering/finalise-invoices.js';
import { DraftReviews } from '../src/invoices/drafts/draft-reviews.pg.js';
import { Drafts } from '../src/invoices/drafts/drafts.pg.js';
import { InvoiceCounters } from '../src/invoices/numbering/invoice-counters.pg.js';
import { IssuePaper } from '../src/invoices/numbering/issue-paper.js';
import { IssuedInvoices } from '../src/invoices/issued-invoices.pg.js';
import { LateUsage } from '../src/invoices/corrections/late-usage.pg.js';
import { InvoicedDays } from '../src/invoices/invoiced-days.pg.js';
import { Invoices } from '../src/invoices/invoices.pg.js';
import { AnchoredDocuments } from '../src/invoices/document/anchored-documents.pg.js';
import { IssuedDocuments } from '../src/invoices/document/issued-documents.pg.js';
import { MaintainDraft } from '../src/invoices/service-fait/maintain-draft.js';
import { NumberDueInvoices } from '../src/invoices/numbering/number-due-invoices.js';
import { NumberingFailures } from '../src/invoices/numbering/numbering-failures.pg.js';
import { PendingNumbering } from '../src/invoices/numbering/pending-numbering.js';
import { ReachedBasis } from '../src/invoices/drafts/reached-basis.js';
import { WhyBehind } from '../src/invoices/drafts/why-behind.js';
import { DrawAhead } from '../src/invoices/numbering/draw-ahead.js';
import { PaperPrinter } from '../src/invoices/printing/paper-printer.js';
import { PrintingThreadCount } from '../src/invoices/printing/printing-threads.js';
import { PricingBasis } from '../src/invoices/drafts/pricing-basis.js';
import { ReplaceDraft } from '../src/invoices/drafts/replace-draft.js';
import { RecountInvoices } from '../src/invoices/recount-invoices.js';
import { MarketInvoices } from '../src/invoices/of-market/market-invoices.pg.js';
import { ViewMarketInvoices } from '../src/invoices/of-market/view-market-invoices.js';
import { ReplayInvoice } from '../src/invoices/why/replay-invoice.js';
import { RetryNumbering } from '../src/invoices/numbering/retry-numbering.js';
import { ReviewDraft } from '../src/invoices/drafts/review-draft.js';
import { ReviewDrafts } from '../src/invoices/numbering/review-drafts.js';
import { WaitingForSomebody } from '../src/invoices/drafts/waiting-for-somebody.pg.js';
import { WithdrawDraft } from '../src/invoices/drafts/withdraw-draft.js';
import { ViewDraftsToSettle } from '../src/invoices/service-fait/view-drafts-to-settle.js';
import { AskUsageOfDrafts } from '../src/invoices/drafts/ask-usage-of-drafts.js';
import { ViewInvoices } from '../src/invoices/view-invoices.js';
import { MembersConsumer } from '../src/members/members.consumer.js';
import { MemberFacts } from '../src/members/member-facts.pg.js';
import { MemberHistories } from '../src/members/member-histories.pg.js';
import { Members } from '../src/members/members.pg.js';
import { Prices } from '../src/prices/prices.pg.js';
import { DecideProposal } from '../src/proposals/decide-proposal.js';
import { ProposeAccount } from '../src/proposals/propose-account.js';
import { PriceProposals } from '../src/proposals/price-proposals.js';
import { ProposePrices } from '../src/proposals/propose-prices.js';
import { ProposeRevision } from '../src/proposals/propose-revision.js';
import { ShowAgreements } from '../src/proposals/show-agreements.js';
import { ViewProposals } from '../src/proposals/view-proposals.js';
import { SchoolsConsumer } from '../src/schools/schools.consumer.js';
import { SchoolNames } from '../src/schools/school-names.pg.js';
import { SupplierAccounts } from '../src/supplier-accounts/supplier-accounts.pg.js';
import { ListUsageAboveOrders } from '../src/usage-alarms/list-usage-above-orders.js';
import { marketCode } from './market-facts.test-support.js';
import { StatedHeads, StatedPapers, StatedUsage } from './stated-answers.test-support.js';

export const supplierOf = (market: string) =>
  callerOf({ userId: 'supplier-1', roles: ['supplier'], markets: [market] });
export const coordinatorOf = (market: string) =>
  callerOf({ userId: 'coordinator-1', roles: ['coordinator'], markets: [market] });
export const financeOf = (membershipId: string) =>
  callerOf({
    ...{ userId: `finance-${membershipId}`, roles: ['member-finance'], markets: [marketCode] },
    organisationId: `org-${membershipId}`,
  });
export const supplier = supplierOf(marketCode);
export const coordinator = coordinatorOf(marketCode);

/** The service without its transports: real PostgreSQL, real consumer and use cases, others' answers stated. */
export class BillingUseCases {
  readonly heads = new StatedHeads();
  readonly usage = new StatedUsage(this.heads);
  readonly outbox = new PgOutbox();
  readonly businessDate: PgBusinessDate;
  readonly consumer = new MembersConsumer(new MemberFacts());
  readonly schoolNames: SchoolNames;
  readonly schools: SchoolsConsumer;
  readonly histories: MemberHistories;
  readonly members: Members;
  readonly documents: IssuedDocuments;
  readonly prices = new Prices();
  readonly accounts = new SupplierAccounts();
  readonly papers = new StatedPapers();
  readonly proposals: Proposals;
  readonly drafts = new Drafts();
  readonly invoices: Invoices;
  readonly invoicedDays: InvoicedDays;
  readonly finaliseInvoices: FinaliseInvoices;
  readonly days = new BusinessDayKeeper(() => []);
  readonly numberingFailures: NumberingFailures;
  readonly numberDueInvoices: NumberDueInvoices;
  readonly reviews: DraftReviews;
  readonly reviewDraft: ReviewDraft;
  readonly reviewDrafts: ReviewDrafts;
  readonly withdrawDraft: WithdrawDraft;
  readonly pendingNumbering: PendingNumbering;
  readonly retryNumbering: RetryNumbering;
  private readonly priceProposals: PriceProposals;
  readonly proposePrices: ProposePrices;
  readonly proposeAccount: ProposeAccount;
  readonly decideProposal: DecideProposal;
  readonly viewProposals: ViewProposals;
  readonly recount: RecountInvoices;
  readonly anchoring: Anchoring;
  readonly checkInvoices: CheckInvoices;
  readonly view: ViewInvoices;

  readonly printer: PaperPrinter;

  constructor(
    readonly fresh: FreshDatabase,
    printingThreads = 0,
  ) {
    const silent = createLogger('billing', 'silent');
    this.printer = new PaperPrinter(new PrintingThreadCount(printingThreads), silent);
    const paper = new IssuePaper(new Circuits(), this.printer);
    const { database, unitOfWork } = fresh;
    this.businessDate = new PgBusinessDate(database);
    this.schoolNames = new SchoolNames(database);
    this.schools = new SchoolsConsumer(this.schoolNames);
    this.histories = new MemberHistories();
    this.members = new Members(database, this.histories);
    this.documents = new IssuedDocuments(database);
    this.invoices = new Invoices(database);
    this.invoicedDays = new InvoicedDays(database);
    const counters = new InvoiceCounters(database);
    this.finaliseInvoices = new FinaliseInvoices(
      ...([this.invoices, this.basis, counters, paper] as const),
      ...([this.documents, this.issuedReviews, new DraftReviews(database), this.outbox] as const),
    );
    const commands = new Commands(unitOfWork, this.businessDate);
    const { members, prices, accounts, invoicedDays } = this;
    const proposals = (this.proposals = new Proposals(database));
    this.priceProposals = new PriceProposals(proposals, members, prices, invoicedDays);
    this.proposePrices = new ProposePrices(commands, this.papers, this.priceProposals);
    this.proposeAccount = new ProposeAccount(commands, proposals, this.papers, members, accounts);
    this.decideProposal = new DecideProposal(
      ...([commands, proposals, members, prices, accounts, invoicedDays, this.outbox] as const),
    );
    this.viewProposals = new ViewProposals(
      ...([unitOfWork, this.businessDate, proposals, members, prices, accounts] as const),
    );
    this.recount = new RecountInvoices(
      ...([this.invoices, this.documents, this.members, this.histories] as const),
      ...([this.prices, accounts, this.usage] as const),
    );
    const anchored = new AnchoredDocuments(database);
    this.anchoring = new Anchoring(unitOfWork, () => [anchored], fresh.anchorFolder);
    this.checkInvoices = new CheckInvoices(
      ...([unitOfWork, this.invoices, this.recount, new IssuedInvoices(database)] as const),
      ...([counters, this.documents, anchored, new CheckAnchors(this.anchoring)] as const),
    );
    this.view = new ViewInvoices(
      ...([this.invoices, this.invoicedDays, this.members, this.documents] as const),
      ...([this.businessDate, unitOfWork, this.basis] as const),
    );
    this.numberingFailures = new NumberingFailures(database);
    this.reviews = new DraftReviews(database);
    this.pendingNumbering = new PendingNumbering(
      ...([this.numberingFailures, this.reviews, this.issuedReviews] as const),
      new WaitingForSomebody(database),
    );
    const logger = createLogger('billing', 'silent');
    const replaceDraft = new ReplaceDraft(this.drafts, this.outbox);
    this.reviewDraft = new ReviewDraft(
      ...([unitOfWork, this.businessDate, this.basis, this.collectUsage, this.invoices] as const),
      ...([this.reviews, replaceDraft] as const),
    );
    this.reviewDrafts = new ReviewDrafts(
      ...([this.reviews, this.collectUsage, this.reviewDraft] as const),
      ...([this.numberingFailures, logger] as const),
    );
    this.withdrawDraft = new WithdrawDraft(
      ...([commands, unitOfWork, this.invoices, this.basis, this.collectUsage] as const),
      ...([replaceDraft, logger] as const),
    );
    this.numberDueInvoices = new NumberDueInvoices(
      unitOfWork,
      this.finaliseInvoices,
      this.numberingFailures,
      this.askUsageOfDrafts,
      this.businessDate,
      new DrawAhead(this.invoices, counters, paper, this.printer),
      this.printer,
      silent,
    );
    this.retryNumbering = new RetryNumbering(
      new Commands(unitOfWork, this.businessDate),
      this.reviewDraft,
      this.finaliseInvoices,
      this.askUsageOfDrafts,
      this.numberingFailures,
      this.invoices,
      createLogger('billing', 'silent'),
    );
  }

  get showAgreements(): ShowAgreements {
    return new ShowAgreements(
      this.fresh.unitOfWork,
      this.businessDate,
      this.members,
      this.prices,
      this.accounts,
    );
  }

  get proposeRevision(): ProposeRevision {
    return new ProposeRevision(this.commands, this.papers, this.priceProposals);
  }

  get basis(): PricingBasis {
    return new PricingBasis(this.members, this.prices, this.accounts);
  }

  get askUsageOfDrafts(): AskUsageOfDrafts {
    return new AskUsageOfDrafts(this.usage);
  }

  get lateUsage(): LateUsage {
    return new LateUsage(this.fresh.database);
  }

  private get collectUsage(): CollectUsage {
    return new CollectUsage(this.usage, this.lateUsage, this.schoolNames);
  }

  get reachedBasis(): ReachedBasis {
    return new ReachedBasis(this.basis, this.whyBehind);
  }

  private get whyBehind(): WhyBehind {
    return new WhyBehind(new HeldUp(this.fresh.database));
  }

  get usageAboveOrders(): ListUsageAboveOrders {
    return new ListUsageAboveOrders(
      this.fresh.unitOfWork,
      this.members,
      this.usage,
      this.businessDate,
      createLogger('billing', 'silent'),
    );
  }

  private get answering() {
    return [this.commands, this.view, this.invoices, new DraftAnswers()] as const;
  }

  get acceptDraft(): AcceptDraft {
    return new AcceptDraft(...this.answering, this.outbox);
  }

  get contestDraft(): ContestDraft {
    return new ContestDraft(...this.answering, this.papers, this.outbox);
  }

  get maintainDraft(): MaintainDraft {
    return new MaintainDraft(...this.answering, this.outbox);
  }

  get draftsToSettle(): ViewDraftsToSettle {
    const { invoices, businessDate, basis } = this;
    return new ViewDraftsToSettle(
      ...([this.fresh.unitOfWork, invoices, businessDate, basis, this.numberingFailures] as const),
    );
  }

  get issuedReviews(): InvoiceReviews {
    return new InvoiceReviews(this.fresh.database);
  }

  private get mending(): MendingOfInvoices {
    return new MendingOfInvoices(this.invoices, this.basis, this.collectUsage);
  }

  get reviewIssued(): ReviewIssued {
    return new ReviewIssued(
      ...([this.fresh.unitOfWork, this.businessDate, this.issuedReviews, this.invoices] as const),
      ...([this.mending, this.members, this.usage, this.lateUsage] as const),
      createLogger('billing', 'silent'),
    );
  }

  get viewMarketInvoices(): ViewMarketInvoices {
    return new ViewMarketInvoices(new MarketInvoices(this.fresh.database), this.businessDate);
  }

  get replayInvoice(): ReplayInvoice {
    return new ReplayInvoice(this.fresh.unitOfWork, this.view, this.recount, this.documents);
  }

  get settleInvoice(): SettleInvoice {
    return new SettleInvoice(
      ...([this.commands, this.view, this.invoices, new Settlements()] as const),
      ...([this.issuedReviews, this.outbox] as const),
    );
  }

  get invoicesToMend(): ViewInvoicesToMend {
    return new ViewInvoicesToMend(
      ...([this.fresh.unitOfWork, this.businessDate, this.issuedReviews, this.invoices] as const),
      ...([this.mending, this.proposals] as const),
    );
  }

  get proposeCorrection(): ProposeCorrection {
    return new ProposeCorrection(this.commands, this.proposals, this.view, this.mending);
  }

  /** `drafts` may be one that breaks. */
  decideCorrection(drafts: Drafts = this.drafts): DecideCorrection {
    const carryOut = new CarryOutCorrection(
      ...([this.mending, this.invoices, drafts, this.finaliseInvoices] as const),
      ...([this.issuedReviews, this.outbox] as const),
    );
    return new DecideCorrection(this.commands, this.proposals, this.view, this.mending, carryOut);
  }

  get runs(): BillingRuns {
    return new BillingRuns(this.fresh.database);
  }

  get runMembers(): RunMembers {
    return new RunMembers(this.fresh.database);
  }

  get runBilling(): RunBilling {
    return new RunBilling(this.commands, this.members, this.runs, this.runMembers);
  }

  get previewBilling(): PreviewBilling {
    return new PreviewBilling(
      ...([this.fresh.unitOfWork, this.businessDate, this.members, this.heads] as const),
      ...([this.collectUsage, this.reachedBasis, new PreviewBooks()] as const),
    );
  }

  get retryRunMember(): RetryRunMember {
    return new RetryRunMember(this.commands, this.runMembers);
  }

  private get commands(): Commands {
    return new Commands(this.fresh.unitOfWork, this.businessDate);
  }

  /** What the worker does, with its own use cases; `drafts` may be one that breaks. */
  workOffRuns(
    drafts: Drafts = this.drafts,
    waitsMs: { copy?: number; usage?: number } = {},
    together = 100,
  ) {
    const { unitOfWork } = this.fresh;
    return new WorkOffRuns(
      unitOfWork,
      this.members,
      this.runs,
      this.runMembers,
      new WaitForCopy(this.heads, this.members, new CopyWait(waitsMs.copy ?? 0)),
      this.collectUsage,
      new DraftInvoices(
        ...([unitOfWork, this.reachedBasis, drafts, this.outbox, this.businessDate] as const),
      ),
      this.usageAboveOrders,
      new UsageWait(waitsMs.usage ?? 0),
      new DraftedTogether(together),
      createLogger('billing', 'silent'),
    );
  }

  begin(periodEndsOn: string, code = marketCode, idempotencyKey = ''): Promise<RunBegun> {
    const asked = { marketCode: code, periodEndsOn: localDate(periodEndsOn), idempotencyKey };
    return this.runBilling.execute({ ...asked, caller: coordinatorOf(code) });
  }

  /** Begun and worked off; what was drafted is what this run added. */
  async run(periodEndsOn: string, code = marketCode, workOff = this.workOffRuns()) {
    const { runId, memberships, alreadyThere } = await this.begin(periodEndsOn, code);
    await workOff.execute();
    const { drafted, withoutLine, waiting } = await this.runMembers.counts(runId);
    const failures = await this.runMembers.parked(runId, 200);
    return {
      ...{ runId, memberships, drafted: drafted - alreadyThere, alreadyThere, withoutLine },
      ...{ waiting, failures },
    };
  }

  /** What was told of invoices, and how often. */
  async invoiceEvents(): Promise<[type: string, times: number][]> {
    const rows = await this.rows<{ type: string; n: bigint }>(
      `select type, count(*) as n from platform.outbox
       where topic = 'billing.invoice.v1' group by type order by type`,
    );
    return rows.map(({ type, n }) => [type, Number(n)]);
  }

  async rows<Row extends Record<string, unknown>>(sql: string): Promise<Row[]> {
    return (await this.fresh.database.query<Row>(sql)).rows;
  }

  consume(work: (tx: Transaction) => Promise<void>): Promise<void> {
    return this.fresh.unitOfWork.run(work);
  }
}
