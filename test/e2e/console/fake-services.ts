import { create } from '@bufbuild/protobuf';
import {
  AccountState,
  ActivateMembershipResponseSchema,
  ApproveImportResponseSchema,
  ExplainInvoiceResponseSchema,
  FindAccountsByLoginResponseSchema,
  GetAccountHistoryResponseSchema,
  GetAnnexe2ResponseSchema,
  GetImportResponseSchema,
  GetInvoicePdfResponseSchema,
  GetInvoiceResponseSchema,
  GetMembershipResponseSchema,
  GetQuantitiesResponseSchema,
  GetSeatsResponseSchema,
  GetExclusionResponseSchema,
  GetWithdrawalResponseSchema,
  ImportAnnexe2ResponseSchema,
  ImportPricesResponseSchema,
  ListAccountsResponseSchema,
  ListBillingRunsResponseSchema,
  ListExclusionsResponseSchema,
  ListImportsResponseSchema,
  ListInvoicesResponseSchema,
  ListNumberingFailuresResponseSchema,
  RejectImportResponseSchema,
  RetryNumberingResponseSchema,
  ListMembershipsResponseSchema,
  ListOrdersResponseSchema,
  ListUsageAboveOrdersResponseSchema,
  ListWithdrawalRemindersResponseSchema,
  ListWithdrawalsResponseSchema,
  PreviewAnnexe2ResponseSchema,
  PreviewOrderResponseSchema,
  Profile,
  RecordExclusionResponseSchema,
  RecordWithdrawalResponseSchema,
  RetryAccountResponseSchema,
  RevokeWithdrawalResponseSchema,
  RunBillingResponseSchema,
  SignOrderResponseSchema,
  StartImportResponseSchema,
  VerifyAnnexe2ResponseSchema,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';
import {
  fakeAdhesions,
  fakeApplying,
  fakeDeposits,
  fakeInvitations,
  fakeOrganisations,
} from './fake-adhesion.js';
import {
  fakeActivity,
  fakeAwards,
  fakeCommittees,
  fakeDocuments,
  fakeExecutionDocuments,
  fakeTrainings,
} from './fake-governance.js';
import { fakeCorrections } from './fake-corrections.js';
import { fakeAudit, fakeFinancing, fakeSchools } from './fake-schools.js';
import { fakeMarkets } from './fake-markets.js';
import { fakeOrderLife } from './fake-order-life.js';
import { fakeMargins, fakeStatements } from './fake-statements.js';
import { fakeSuccessions } from './fake-successions.js';

const market = 'e-primo-2022';
export const organisations = { ancenis: 'org-200083228', vertou: 'org-214402158' } as const;
type Key = keyof typeof organisations;

const aShortfall = {
  itemCode: 'ELEVE',
  label: 'Compte élève',
  firstDay: '2022-11-01',
  wouldBe: 402,
  commitment: 412,
  shortfall: 10,
};

const anAlarm = {
  membershipId: 'm-ancenis',
  organisationName: 'Ancenis',
  itemCode: 'ELEVE',
  label: 'Compte élève',
  period: { startsOn: '2022-09-01', endsOn: '2022-10-03' },
  accountDays: 384,
  worstOn: '2022-09-01',
  openAccounts: 412,
  ordered: 400,
};

const tooEarly = new RemoteProblem({
  code: 'WITHDRAWAL_TOO_EARLY',
  kind: 'conflict',
  message: 'Trop tôt : renvoyez la demande entre le 19 mai 2024 et le 18 juillet 2024 inclus.',
  details: { opensOn: '2024-05-19', lastDay: '2024-07-18' },
});

/** Membership, provisioning and billing as trusting as they could be: they judge nobody. */
export function fakeServices(): ClientsOfVisitor {
  const membershipOf = (membershipId: string) => ({
    membershipId,
    organisation: {
      organisationId: organisations[membershipId.replace('m-', '') as Key] ?? 'org-unknown',
      name: membershipId,
      siren: '200083228',
    },
    marketCode: market,
    status: 'ACTIVE',
    period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
    commitment: [{ itemCode: 'ELEVE', quantity: 412 }],
    ordered: [{ itemCode: 'ELEVE', quantity: 450 }],
  });
  const invoiceOf = (invoiceId: string) => ({
    invoiceId,
    membershipId: invoiceId.replace('i-', 'm-'),
    organisationId: organisations[invoiceId.replace('i-', '') as Key] ?? 'org-unknown',
    marketCode: market,
    period: { startsOn: '2022-10-19', endsOn: '2023-01-19' },
    status: 'FINALISED',
    number: 'EP22-2023-000001',
    netCents: 26288n,
    vatCents: 5258n,
    totalCents: 31546n,
  });
  const account = {
    accountId: 'a-zoe',
    personId: 'p-zoe',
    profile: Profile.STUDENT,
    state: AccountState.PROVISIONED,
    since: '2022-09-05',
    uai: '0440437L',
    login: 'zoe.exemple',
  };
  return {
    membership: only<ClientsOfVisitor['membership']>({
      ...fakeApplying,
      ...fakeFinancing,
      getMembership: async ({ membershipId = '' }) =>
        create(GetMembershipResponseSchema, { membership: membershipOf(membershipId) }),
      listMemberships: async () =>
        create(ListMembershipsResponseSchema, {
          memberships: Object.keys(organisations).map((key) => membershipOf(`m-${key}`)),
        }),
      getQuantities: async () =>
        create(GetQuantitiesResponseSchema, {
          on: '2022-10-03',
          decreaseNoticeDays: 30,
          orderLinesMax: 50,
          today: [
            {
              itemCode: 'ELEVE',
              label: 'Compte élève',
              commitment: 412,
              ordered: 412,
              smallestMargin: 0,
            },
          ],
        }),
      listOrders: async () => create(ListOrdersResponseSchema, {}),
      importAnnexe2: async ({ content }) =>
        create(ImportAnnexe2ResponseSchema, annexe2Of(content, true)),
      previewAnnexe2: async ({ content }) =>
        create(PreviewAnnexe2ResponseSchema, annexe2Of(content, false)),
      activateMembership: async ({ membershipId = '' }) =>
        create(ActivateMembershipResponseSchema, { membership: membershipOf(membershipId) }),
      verifyAnnexe2: async () => create(VerifyAnnexe2ResponseSchema, { verified: true }),
      previewOrder: async () => create(PreviewOrderResponseSchema, {}),
      signOrder: async ({ lines = [], idempotencyKey }) => {
        if (lines.some(({ delta = 0 }) => delta < 0)) {
          throw new RemoteProblem({
            code: 'BELOW_COMMITMENT',
            kind: 'conflict',
            message:
              'Le 2022-11-01, il resterait 402 comptes pour un engagement de 412 : il en manque 10.',
            details: { shortfalls: [aShortfall] },
          });
        }
        return create(SignOrderResponseSchema, {
          order: { orderId: `o-${idempotencyKey}`, number: '2', status: 'SIGNED' },
        });
      },
    }),
    orderLife: only<ClientsOfVisitor['orderLife']>(fakeOrderLife),
    activity: only<ClientsOfVisitor['activity']>(fakeActivity(organisations)),
    awards: only<ClientsOfVisitor['awards']>(fakeAwards),
    committees: only<ClientsOfVisitor['committees']>(fakeCommittees),
    corrections: only<ClientsOfVisitor['corrections']>(fakeCorrections),
    schools: only<ClientsOfVisitor['schools']>(fakeSchools),
    audit: only<ClientsOfVisitor['audit']>(fakeAudit),
    documents: only<ClientsOfVisitor['documents']>({ ...fakeDocuments, ...fakeDeposits }),
    adhesions: only<ClientsOfVisitor['adhesions']>(fakeAdhesions),
    invitations: only<ClientsOfVisitor['invitations']>(fakeInvitations),
    organisations: only<ClientsOfVisitor['organisations']>(fakeOrganisations),
    executionDocuments: only<ClientsOfVisitor['executionDocuments']>(fakeExecutionDocuments),
    trainings: only<ClientsOfVisitor['trainings']>(fakeTrainings),
    withdrawals: only<ClientsOfVisitor['withdrawals']>({
      getWithdrawal: async ({ membershipId = '' }) =>
        create(GetWithdrawalResponseSchema, {
          window: { startsOn: '2024-05-19', endsOn: '2024-07-19' },
          takesEffectOn: '2024-07-19',
          state: 'OPEN',
          reminders: [{ membershipId, kind: 'TWO_MONTHS', dueOn: '2024-05-19' }],
        }),
      recordWithdrawal: async ({ membershipId = '', letter }) => {
        if ((letter?.sentOn ?? '') < '2024-05-19') throw tooEarly;
        return create(RecordWithdrawalResponseSchema, {
          notice: {
            withdrawalId: 'w-1',
            membershipId,
            status: 'NOTIFIED',
            ...(letter ? { letter } : {}),
          },
        });
      },
      revokeWithdrawal: async ({ membershipId = '' }) =>
        create(RevokeWithdrawalResponseSchema, {
          notice: { withdrawalId: 'w-1', membershipId, status: 'REVOKED' },
          schoolsLost: ['0440437L'],
        }),
      listWithdrawals: async () => create(ListWithdrawalsResponseSchema, {}),
      listWithdrawalReminders: async () => create(ListWithdrawalRemindersResponseSchema, {}),
    }),
    exclusions: only<ClientsOfVisitor['exclusions']>({
      getExclusion: async () => create(GetExclusionResponseSchema, {}),
      recordExclusion: async ({ membershipId = '', decision }) =>
        create(RecordExclusionResponseSchema, {
          exclusion: { exclusionId: 'x-1', membershipId, ...(decision ? { decision } : {}) },
        }),
      listExclusions: async () => create(ListExclusionsResponseSchema, {}),
    }),
    statements: only<ClientsOfVisitor['statements']>(fakeStatements),
    margins: only<ClientsOfVisitor['margins']>(fakeMargins),
    markets: only<ClientsOfVisitor['markets']>(fakeMarkets),
    successions: only<ClientsOfVisitor['successions']>(fakeSuccessions),
    annexe2: only<ClientsOfVisitor['annexe2']>({
      getAnnexe2: async () => create(GetAnnexe2ResponseSchema, { fileName: 'annexe2.csv' }),
    }),
    provisioning: only<ClientsOfVisitor['provisioning']>({
      listAccounts: async () => create(ListAccountsResponseSchema, { accounts: [account] }),
      findAccountsByLogin: async ({ loginPrefix = '' }) =>
        create(FindAccountsByLoginResponseSchema, {
          accounts: account.login.startsWith(loginPrefix) ? [account] : [],
        }),
      getAccountHistory: async () =>
        create(GetAccountHistoryResponseSchema, {
          transitions: [
            {
              sequence: 1,
              toState: AccountState.REQUESTED,
              effectiveOn: '2022-09-01',
              cause: 'IMPORT',
            },
            ...['support-2', 'provisioning', 'support-9'].map((decidedBy, i) => ({
              sequence: i + 2,
              toState: AccountState.SUSPENDED,
              effectiveOn: '2022-09-02',
              cause: 'OPERATOR',
              uai: '0440437L',
              decidedBy,
            })),
          ],
        }),
      getSeats: async () =>
        create(GetSeatsResponseSchema, {
          seats: [{ itemCode: 'ELEVE', ordered: 412, held: 412, open: 400, waiting: 12 }],
        }),
      retryAccount: async () => create(RetryAccountResponseSchema, { account }),
    }),
    billing: only<ClientsOfVisitor['billing']>({
      listInvoices: async ({ membershipId = '' }) =>
        create(ListInvoicesResponseSchema, {
          memberName: membershipId,
          invoices: [invoiceOf(membershipId.replace('m-', 'i-'))],
        }),
      getInvoice: async ({ invoiceId = '' }) =>
        create(GetInvoiceResponseSchema, { summary: invoiceOf(invoiceId) }),
      explainInvoice: async ({ invoiceId = '' }) =>
        create(ExplainInvoiceResponseSchema, {
          membershipId: invoiceId.replace('i-', 'm-'),
          lines: [{ line: 1, sentences: ['450 comptes × 77 jours'], commitment: 412 }],
        }),
      listUsageAboveOrders: async () =>
        create(ListUsageAboveOrdersResponseSchema, {
          until: '2022-10-03',
          total: 1,
          alarms: [anAlarm],
        }),
      getInvoicePdf: async () =>
        create(GetInvoicePdfResponseSchema, {
          fileName: 'facture.pdf',
          content: Buffer.from('%PDF-'),
        }),
      importPrices: async ({ content }) =>
        create(ImportPricesResponseSchema, { prices: content?.length ?? 0, changed: true }),
      runBilling: async ({ periodEndsOn = '' }) =>
        create(RunBillingResponseSchema, { runId: `run-${periodEndsOn}`, drafted: 2 }),
      listBillingRuns: async () => create(ListBillingRunsResponseSchema, {}),
      listNumberingFailures: async () => create(ListNumberingFailuresResponseSchema, {}),
      retryNumbering: async ({ invoiceId = '' }) =>
        create(RetryNumberingResponseSchema, { invoice: invoiceOf(invoiceId) }),
    }),
    directory: only<ClientsOfVisitor['directory']>({
      startImport: async ({ folder = '' }) =>
        create(StartImportResponseSchema, { importId: `import-${folder}` }),
      getImport: async ({ importId = '' }) =>
        create(GetImportResponseSchema, { import: { importId, state: 'HELD' } }),
      listImports: async () => create(ListImportsResponseSchema, {}),
      approveImport: async () => create(ApproveImportResponseSchema, {}),
      rejectImport: async () => create(RejectImportResponseSchema, {}),
    }),
  };
}

/** A fake that answers what a test needs, and is a bug for everything else. */
function only<T extends object>(answers: Partial<T>): T {
  return new Proxy(answers, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => {
        throw new RangeError(`The fake has no ${String(name)}`);
      }),
  }) as T;
}

const annexe2Of = (content: Uint8Array = new Uint8Array(), written: boolean) => ({
  sha256: 'a'.repeat(64),
  ...(content.length < 10
    ? { faults: [{ line: 0, code: 'FILE_EMPTY', message: 'Le fichier est vide.' }] }
    : { written, lineCount: 1, lines: [{ line: 2, quantity: 412 }] }),
});
