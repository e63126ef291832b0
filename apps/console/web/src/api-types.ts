// The shapes of the API are written once, by the back end: here they are only named.
import type { ReadJournal } from '../../src/journal/read-journal.js';
import type { ShowSubjects } from '../../src/journal/show-subjects.js';
import type { LookReason } from '../../src/looks/look.js';
import type {
  Application as ApplicationMessage,
  BeginUploadResponse,
  ApproveSuccessionResponse,
  CancelSuccessionResponse,
  CertifyUsageResponse,
  CheckInvoicesResponse,
  ExplainInvoiceResponse,
  ExportPersonResponse,
  GetAgreementsResponse,
  GetCampaignResponse,
  GetCeilingsResponse,
  EntConnectorProcess,
  EntContract,
  EntFault,
  EntPlanSchool,
  EntMissingProposal,
  EntMissingSchool,
  EntRetry,
  FedSchool,
  GetEntConnectorResponse,
  GetEntContractResponse,
  GetSchoolDifferencesResponse,
  GetEntPlanResponse,
  GetEntSchoolLookResponse,
  GetInvoiceResponse,
  GetLdapAccessResponse,
  GetOpenAccountsResponse,
  GetWithdrawalResponse,
  LdapAccess as LdapAccessMessage,
  Import as ImportMessage,
  Json,
  AmendmentProposal as AmendmentProposalMessage,
  ListAmendmentProposalsResponse,
  ListAmendmentsResponse,
  ListApplicationsResponse,
  ListDispatchesResponse,
  ListDoublesResponse,
  ListDraftsResponse,
  ListDraftsToSettleResponse,
  ListDropAreaResponse,
  ListEntNightsResponse,
  ListAccountLetterRequestsResponse,
  ListEntFaultsResponse,
  ListEntPlansResponse,
  ListEntMissingResponse,
  ListFedSchoolsResponse,
  ListLinkExposuresResponse,
  LinkExposure,
  PreviewFedSchoolResponse,
  ListLetterClassesResponse,
  ListEntSchoolLooksResponse,
  ListErasuresResponse,
  ListImportsResponse,
  ListInvitationsResponse,
  GetBilledTotalsResponse,
  GetBillingRunResponse,
  GetBillingTermsResponse,
  GetOrganisationFileResponse,
  ListBillingTermsResponse,
  ListCertificatesResponse,
  ChooseBillingRhythmResponse,
  ListChorusProResponse,
  RecordChorusProResponse,
  ListBillingRunsResponse,
  PreviewBillingResponse,
  ListInvoicesResponse,
  ListMarketInvoicesResponse,
  ListNumberingFailuresResponse,
  ReplayInvoiceResponse,
  ListInvoicesToMendResponse,
  RunBillingResponse,
  ListLdapAccessesResponse,
  ListLostDaysResponse,
  ListMarginsResponse,
  ListMarketsResponse,
  ListMergesResponse,
  ListOrdersResponse,
  ListOrdersToAcknowledgeResponse,
  ListPlanChangesResponse,
  ListPlanSchoolsResponse,
  ListProposalsResponse,
  ListRemarkLinesResponse,
  ListSchoolLinksResponse,
  ListSchoolTransfersResponse,
  ListSourcesResponse,
  ListSuccessionsResponse,
  ListUsageAboveOrdersResponse,
  ListWithdrawalRemindersResponse,
  MarketShown as MarketShownMessage,
  MemberBillingTerms,
  YearEnd as YearEndMessage,
  OrderDraft,
  Organisation,
  PlanFigures as PlanFiguresMessage,
  ProveErasureResponse,
  PlanSchool as PlanSchoolMessage,
  Proposal as ProposalMessage,
  ProposePriceRevisionResponse,
  ProposePricesResponse,
  RecordWithdrawalResponse,
  RenewLdapSecretResponse,
  RevokeWithdrawalResponse,
  SchoolTransferPreview,
  SignDraftResponse,
  StartImportResponse,
  VerifyCertificatesResponse,
  VerifyStatementResponse,
  WhatIsDueResponse,
} from '#libs/contracts';
import type { ProblemBody as ProblemAnswer } from '#libs/http';
import type { AuditEntries } from '../../src/audit/audit-entries.js';
import type { GroupDocuments } from '../../src/adhesion/group-documents.js';
import type { ShowPlanMembers } from '../../src/imports/show-plan-members.js';
import type { ListMemberships } from '../../src/members/list-memberships.js';
import type { ListSchoolNames } from '../../src/members/list-school-names.js';
import type { PreviewOrder } from '../../src/members/preview-order.js';
import type { ShowDashboard } from '../../src/members/show-dashboard.js';
import type { SessionController } from '../../src/sessions/session.controller.js';
import type { SearchPeople } from '../../src/support/search-people.js';
import type { ShowAccountHistory } from '../../src/support/show-account-history.js';
import type { ShowAccountSides } from '../../src/support/show-account-sides.js';
import type { ShowDouble } from '../../src/support/show-double.js';
import type { FindSchools } from '../../src/support/find-schools.js';
import type { ShowHandMadeUsers } from '../../src/support/show-hand-made-users.js';
import type { ShowLetterRequests } from '../../src/support/show-letter-requests.js';
import type { ShowSchool } from '../../src/support/show-school.js';
import type { ShowPerson } from '../../src/support/show-person.js';

type Answer<Method extends (...args: never[]) => unknown> = Awaited<ReturnType<Method>>;

export type Session = Answer<SessionController['session']>;
export type PeoplePage = Answer<SearchPeople['execute']>;
export type SchoolPage = Answer<ShowSchool['execute']>;
export type SchoolsFound = Answer<FindSchools['execute']>;
export type PersonPage = Answer<ShowPerson['execute']>;
export type PersonView = PersonPage['person'];
export type AccountView = PersonView['accounts'][number];
export type AccountHistory = Answer<ShowAccountHistory['execute']>;
export type AccountSides = Answer<ShowAccountSides['execute']>;
export type JournalPage = Answer<ReadJournal['execute']>;
export type JournalSubjects = Answer<ShowSubjects['execute']>;
export type JournalVerification = Answer<ReadJournal['verify']>;
export type ErasuresPage = Json<ListErasuresResponse>;
export type ErasureProof = Json<ProveErasureResponse>;
export type PersonExport = Json<ExportPersonResponse>;
export type OwnMemberships = Answer<ListMemberships['own']>;
export type MembersTable = Answer<ListMemberships['withFigures']>;
export type SchoolNamesSeen = Answer<ListSchoolNames['execute']>;
export type SupplierTable = Answer<ListMemberships['withOrders']>;
export type Dashboard = Answer<ShowDashboard['execute']>;
export type OrdersPage = Json<ListOrdersResponse>;
export type OrderPreview = Answer<PreviewOrder['execute']>;
// Of an order and of a draft alike.
export type SignedOrder = Json<SignDraftResponse>;
export type DraftsPage = Json<ListDraftsResponse>;
export type Draft = Json<OrderDraft>;
export type DispatchesPage = Json<ListDispatchesResponse>;
export type BillingTerms = Json<MemberBillingTerms>;
export type YearEnd = Json<YearEndMessage>;
export type BillingTermsOf = Json<GetBillingTermsResponse>;
export type BillingTermsPage = Json<ListBillingTermsResponse>;
/** The file itself: the contract answers with that field. */
export type OrganisationFileShown = Json<NonNullable<GetOrganisationFileResponse['file']>>;
export type ChorusProEntries = Json<ListChorusProResponse>;
export type RhythmChosen = Json<NonNullable<ChooseBillingRhythmResponse['file']>>;
export type BillingRhythms = NonNullable<RhythmChosen['billingRhythm']>;
export type ChorusProRecorded = Json<NonNullable<RecordChorusProResponse['file']>>;
export type MarketInvoicesPage = Json<ListMarketInvoicesResponse>;
export type MarketInvoice = MarketInvoicesPage['invoices'][number];
export type BilledTotalsSeen = Json<GetBilledTotalsResponse>;
export type NumberingFailuresSeen = Json<ListNumberingFailuresResponse>;
export type LostDaysSeen = Json<ListLostDaysResponse>;
export type InvoiceReplayed = Json<ReplayInvoiceResponse>;
export type InvoicesChecked = Json<CheckInvoicesResponse>;
export type UsageCertified = Json<CertifyUsageResponse>;
export type UsageCertificates = Json<ListCertificatesResponse>;
export type CertificatesChecked = Json<VerifyCertificatesResponse>;
export type OpenAccountsSeen = Json<GetOpenAccountsResponse>;
export type DepositedDocument = Answer<GroupDocuments['upload']>;
export type DocumentsPage = Answer<GroupDocuments['list']>;
export type Withdrawal = Json<GetWithdrawalResponse>;
export type WithdrawalRecorded = Json<RecordWithdrawalResponse>;
export type LdapAccess = Json<LdapAccessMessage>;
export type LdapAccessOf = Json<GetLdapAccessResponse>;
export type LdapSecret = Json<RenewLdapSecretResponse>;
export type LdapAccessesPage = Json<ListLdapAccessesResponse>;
export type WithdrawalRevoked = Json<RevokeWithdrawalResponse>;
// Its organisation always stands.
export type Application = Json<ApplicationMessage> & { readonly organisation: Json<Organisation> };
export type ApplicationsPage = Json<ListApplicationsResponse>;
export type Campaign = Json<GetCampaignResponse>;
export type InvitationsPage = Json<ListInvitationsResponse>;
export type Due = Json<WhatIsDueResponse>;
export type MarketsPage = Json<ListMarketsResponse>;
export type MarketShown = Json<MarketShownMessage>;
export type AmendmentsPage = Json<ListAmendmentsResponse>;
export type AmendmentProposals = Json<ListAmendmentProposalsResponse>;
export type AmendmentProposal = Json<AmendmentProposalMessage>;
export type WithdrawalReminders = Json<ListWithdrawalRemindersResponse>;
export type MarginsPage = Json<ListMarginsResponse>;
export type UsageAboveOrders = Json<ListUsageAboveOrdersResponse>;
export type Ceilings = Json<GetCeilingsResponse>;
export type SuccessionsPage = Json<ListSuccessionsResponse>;
export type SuccessionsApproved = Json<ApproveSuccessionResponse>;
export type SuccessionsCancelled = Json<CancelSuccessionResponse>;
export type SchoolLinksPage = Json<ListSchoolLinksResponse>;
export type TransfersPage = Json<ListSchoolTransfersResponse>;
export type TransferPreview = Json<SchoolTransferPreview>;
export type StatementVerification = Json<VerifyStatementResponse>;
export type AuditPage = Answer<AuditEntries['ofMarket']>;
export type InvoicesPage = Json<ListInvoicesResponse>;
export type BillingRunsPage = Json<ListBillingRunsResponse>;
export type BillingPreviewed = Json<PreviewBillingResponse>;
export type BillingRunFollowed = Json<GetBillingRunResponse>;
export type DraftsToSettlePage = Json<ListDraftsToSettleResponse>;
export type InvoicesToMendPage = Json<ListInvoicesToMendResponse>;
export type InvoiceToMend = InvoicesToMendPage['invoices'][number];
export type RunBegun = Json<RunBillingResponse>;
export type Invoice = Json<GetInvoiceResponse>;
export type InvoiceExplanation = Json<ExplainInvoiceResponse>;
export type OrdersToAcknowledge = Json<ListOrdersToAcknowledgeResponse>;
export type Agreed = Json<GetAgreementsResponse>;
export type Proposal = Json<ProposalMessage>;
export type ProposalsPage = Json<ListProposalsResponse>;
export type PricesProposed = Json<ProposePricesResponse>;
export type RevisionProposed = Json<ProposePriceRevisionResponse>;
export type SourcesPage = Json<ListSourcesResponse>;
export type Source = SourcesPage['sources'][number];
export type UploadBegun = Json<BeginUploadResponse>;
export type DropAreaList = Json<ListDropAreaResponse>;
export type RemarkLinesPage = Json<ListRemarkLinesResponse>;
export type ImportsPage = Json<ListImportsResponse>;
export type Import = Json<ImportMessage>;
export type ImportStarted = Json<StartImportResponse>;
export type PlanFigures = Json<PlanFiguresMessage>;
// Its figures always stand.
export type PlanSchool = Json<PlanSchoolMessage> & { readonly figures: PlanFigures };
export type PlanSchoolsPage = Omit<Json<ListPlanSchoolsResponse>, 'schools'> & {
  readonly schools: readonly PlanSchool[];
};
export type PlanChangesPage = Json<ListPlanChangesResponse>;
export type PlanMembersPage = Answer<ShowPlanMembers['execute']>;
export type PlanMember = PlanMembersPage['members'][number];
export type DoublesPage = Json<ListDoublesResponse>;
export type DoubleView = Answer<ShowDouble['execute']>;
export type EntFaults = Json<ListEntFaultsResponse>;
export type EntFaultView = Json<EntFault>;
export type EntRetryView = Json<EntRetry>;
export type SchoolDifferences = Json<GetSchoolDifferencesResponse>;
export type EntConnector = Json<GetEntConnectorResponse>;
export type EntContractAnswer = Json<GetEntContractResponse>;
export type EntContractView = Json<EntContract>;
export type EntConnectorProcessView = Json<EntConnectorProcess>;
export type EntMissing = Json<ListEntMissingResponse>;
export type EntMissingProposalView = Json<EntMissingProposal>;
export type EntMissingSchoolView = Json<EntMissingSchool>;
export type FedSchools = Json<ListFedSchoolsResponse>;
export type FedSchoolView = Json<FedSchool>;
export type FedSchoolPreview = Json<PreviewFedSchoolResponse>;
export type LinkExposures = Json<ListLinkExposuresResponse>;
export type LinkExposureView = Json<LinkExposure>;
export type EntPlans = Json<ListEntPlansResponse>;
export type EntPlanView = Json<GetEntPlanResponse>;
export type EntPlanSchoolView = Json<EntPlanSchool>;
export type EntNights = Json<ListEntNightsResponse>;
export type LetterClasses = Json<ListLetterClassesResponse>;
export type AccountLetterRequests = Json<ListAccountLetterRequestsResponse>;
export type HandMadeUsers = Answer<ShowHandMadeUsers['execute']>;
export type SchoolLetterRequests = Answer<ShowLetterRequests['execute']>;
export type EntSchoolLooks = Json<ListEntSchoolLooksResponse>;
export type EntSchoolLookView = Json<GetEntSchoolLookResponse>;
export type MergesPage = Json<ListMergesResponse>;
export type { LookReason };

/** RFC 9457. What the browser itself finds wrong has no `type`. */
export type ProblemBody = Omit<ProblemAnswer, 'type'>;
