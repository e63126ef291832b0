import { AccountState, Profile } from '#libs/contracts';
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
import { fakesOf } from './fake-of.js';

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

/** More than an agent is shown without a case. */
const handMadeUsers = Array.from({ length: 21 }, (_, at) => ({
  ...{ entId: `made-${at}`, profile: at === 0 ? '' : 'STUDENT', firstName: 'Inès' },
  ...{ lastName: `Autre${at}`, classId: 'class-1', classLabel: 'CE1 A', foundOn: '2022-11-10' },
}));

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
  const letterRequest = {
    ...{ accountId: account.accountId, personId: account.personId, uai: account.uai },
    ...{ reason: 'LETTRE_PERDUE', askedOn: '2022-10-03', expiresOn: '2022-10-24', status: 'OPEN' },
  };
  return fakesOf({
    membership: {
      ...fakeApplying,
      ...fakeFinancing,
      getMembership: ({ membershipId }) => ({ membership: membershipOf(membershipId) }),
      listMemberships: () => ({
        memberships: Object.keys(organisations).map((key) => membershipOf(`m-${key}`)),
      }),
      getQuantities: () => ({
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
      importAnnexe2: ({ content }) => annexe2Of(content, true),
      previewAnnexe2: ({ content }) => annexe2Of(content, false),
      activateMembership: ({ membershipId }) => ({ membership: membershipOf(membershipId) }),
      verifyAnnexe2: () => ({ verified: true }),
      signOrder: ({ lines, idempotencyKey }) => {
        if (lines.some(({ delta }) => delta < 0)) {
          throw new RemoteProblem({
            code: 'BELOW_COMMITMENT',
            kind: 'conflict',
            message:
              'Le 2022-11-01, il resterait 402 comptes pour un engagement de 412 : il en manque 10.',
            details: { shortfalls: [aShortfall] },
          });
        }
        return {
          order: { orderId: `o-${idempotencyKey}`, number: '2', status: 'SIGNED' },
        };
      },
    },
    orderLife: fakeOrderLife,
    activity: fakeActivity(organisations),
    awards: fakeAwards,
    committees: fakeCommittees,
    corrections: fakeCorrections,
    schools: fakeSchools,
    audit: fakeAudit,
    documents: { ...fakeDocuments, ...fakeDeposits },
    adhesions: fakeAdhesions,
    invitations: fakeInvitations,
    organisations: fakeOrganisations,
    executionDocuments: fakeExecutionDocuments,
    trainings: fakeTrainings,
    withdrawals: {
      getWithdrawal: ({ membershipId }) => ({
        window: { startsOn: '2024-05-19', endsOn: '2024-07-19' },
        takesEffectOn: '2024-07-19',
        state: 'OPEN',
        reminders: [{ membershipId, kind: 'TWO_MONTHS', dueOn: '2024-05-19' }],
      }),
      recordWithdrawal: ({ membershipId, letter }) => {
        if ((letter?.sentOn ?? '') < '2024-05-19') throw tooEarly;
        return {
          notice: {
            withdrawalId: 'w-1',
            membershipId,
            status: 'NOTIFIED',
            letter: { number: letter?.number ?? '', sentOn: letter?.sentOn ?? '', document: {} },
          },
        };
      },
      revokeWithdrawal: ({ membershipId }) => ({
        notice: { withdrawalId: 'w-1', membershipId, status: 'REVOKED' },
        schoolsLost: ['0440437L'],
      }),
    },
    exclusions: {
      getExclusion: () => ({}),
      recordExclusion: ({ membershipId, decision }) => ({
        exclusion: {
          ...{ exclusionId: 'x-1', membershipId },
          decision: {
            ...{ effectiveOn: decision?.effectiveOn ?? '', document: {} },
            sumsDueCents: decision?.sumsDueCents ?? 0n,
          },
        },
      }),
    },
    statements: fakeStatements,
    margins: fakeMargins,
    markets: fakeMarkets,
    successions: fakeSuccessions,
    annexe2: {
      getAnnexe2: () => ({ fileName: 'annexe2.csv' }),
    },
    provisioning: {
      listLetterClasses: () => ({
        classes: [{ label: 'CM1', pupils: 24, activated: 10, neverIn: 14 }],
      }),
      printClassLetters: () => ({ fileName: 'lettres.pdf', content: Buffer.from('%PDF-') }),
      printAccountLetter: () => ({ fileName: 'lettre.pdf', content: Buffer.from('%PDF-') }),
      requestLetter: () => ({ request: letterRequest }),
      listAccountLetterRequests: () => ({ requests: [] }),
      listHandMadeUsers: ({ limit }) => ({
        users: handMadeUsers.slice(0, limit),
        found: handMadeUsers.length,
      }),
      listSchoolLetterRequests: () => ({ requests: [letterRequest] }),
      listAccounts: () => ({ accounts: [account] }),
      findAccountsByLogin: ({ loginPrefix }) => ({
        accounts: account.login.startsWith(loginPrefix) ? [account] : [],
      }),
      getAccountHistory: () => ({
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
      getSeats: () => ({
        seats: [{ itemCode: 'ELEVE', ordered: 412, held: 412, open: 400, waiting: 12 }],
      }),
      retryAccount: () => ({ account }),
      compareEntAccount: ({ accountId }) => ({
        sides: {
          ...{ accountId, state: AccountState.PROVISIONED, ent: 'PRESENT' },
          places: [{ uai: '0440437L', classLabel: 'CM1', inDirectory: true, inBooks: true }],
        },
      }),
    },
    metering: {
      certifyUsage: () => ({ memberships: 2, certified: 2, accountDays: 74_888n }),
      listCertificates: ({ membershipId }) => ({
        certificates: [
          { membershipId, period: { startsOn: '2022-07-19', endsOn: '2022-10-19' }, accounts: 407 },
        ],
      }),
      verifyCertificates: () => ({ certificates: 1, violations: [] }),
      verifyCertificatesOfMarket: () => ({ certificates: 2, violations: [] }),
      getOpenAccounts: () => ({
        on: '2022-10-02',
        accounts: [{ uai: '0440437L', profile: 'STUDENT', open: 2, activated: 1, billable: 2 }],
      }),
    },
    billing: {
      listInvoices: ({ membershipId }) => ({
        memberName: membershipId,
        invoices: [invoiceOf(membershipId.replace('m-', 'i-'))],
      }),
      getInvoice: ({ invoiceId }) => ({ summary: invoiceOf(invoiceId) }),
      explainInvoice: ({ invoiceId }) => ({
        membershipId: invoiceId.replace('i-', 'm-'),
        lines: [{ line: 1, sentences: ['450 comptes × 77 jours'], commitment: 412 }],
      }),
      replayInvoice: ({ invoiceId }) => ({
        ...{ membershipId: invoiceId.replace('i-', 'm-'), holds: true, told: {}, replayed: {} },
      }),
      listMarketInvoices: () => ({ invoices: [] }),
      getBilledTotals: () => ({ all: { issued: {} }, on: '2022-10-03' }),
      listUsageAboveOrders: () => ({
        until: '2022-10-03',
        total: 1,
        alarms: [anAlarm],
      }),
      getInvoicePdf: () => ({
        fileName: 'facture.pdf',
        content: Buffer.from('%PDF-'),
      }),
      getYearEnd: ({ membershipId, year }) => ({
        yearEnd: { membershipId, year, accrued: { totalCents: 23_555n } },
      }),
      listYearEnds: () => ({ yearEnds: [] }),
      checkInvoices: () => ({ invoices: 2, violations: [] }),
      getBillingTerms: ({ membershipId }) => ({ on: '2022-10-03', terms: { membershipId } }),
      listBillingTerms: () => ({ on: '2022-10-03', terms: [] }),
      exportSalesJournal: () => ({ fileName: 'fec.txt', content: Buffer.from('JournalCode') }),
      getInvoiceXml: () => ({
        fileName: 'facture.xml',
        content: Buffer.from('<rsm:CrossIndustryInvoice'),
      }),
      previewBilling: ({ periodEndsOn }) => ({
        period: { startsOn: '2022-07-19', endsOn: periodEndsOn },
        toDraft: { members: 2, amounts: { totalCents: 5_000n }, before: { totalCents: 4_000n } },
        ...{ alreadyThere: {}, withoutLine: {}, refused: {}, warned: 1 },
      }),
      runBilling: ({ periodEndsOn }) => ({ runId: `run-${periodEndsOn}`, waiting: 2 }),
      getBillingRun: ({ runId }) => ({
        run: { runId, period: { startsOn: '2022-07-19', endsOn: '2022-10-19' } },
        ...{ memberships: 2, drafted: 2 },
      }),
      retryBillingRunMember: () => ({}),
      retryNumbering: ({ invoiceId }) => ({ invoice: invoiceOf(invoiceId) }),
      withdrawDraft: ({ invoiceId }) => ({ invoice: invoiceOf(invoiceId) }),
    },
    draftAnswers: {
      acceptDraft: ({ invoiceId }) => ({ invoice: invoiceOf(invoiceId) }),
      contestDraft: ({ invoiceId }) => ({ invoice: invoiceOf(invoiceId) }),
      maintainDraft: ({ invoiceId }) => ({ invoice: invoiceOf(invoiceId) }),
    },
    invoiceCorrections: {
      settleInvoice: ({ invoiceId }) => ({ invoice: invoiceOf(invoiceId) }),
      proposeCorrection: () => ({ proposalId: 'correction-1' }),
      decideCorrection: () => ({ documents: [] }),
    },
    proposals: {
      getAgreements: () => ({}),
      proposePrices: ({ content, documentId }) => ({
        proposalId: `${documentId}-${content?.length ?? 0}`,
      }),
    },
    directory: {
      getDouble: ({ pairId }) => ({
        double: { pairId, newcomer: { personId: 'p-ana' }, known: { personId: 'p-zoe' } },
      }),
      getPerson: () => ({
        attributeSources: [
          { attribute: 'NAMES', sources: ['AAF de Nantes'] },
          // A place that the console's copy has not, or that the visitor does not see.
          { attribute: 'PLACE', profile: 'STUDENT', uai: '0490001X', sources: ['ONDE'] },
        ],
      }),
      declareSource: () => ({}),
      retryImport: () => ({}),
      approvePlan: () => ({}),
      rejectPlan: () => ({}),
      startImport: ({ folder }) => ({ importId: `import-${folder}` }),
      getImport: ({ importId }) => ({ import: { importId, state: 'HELD' } }),
    },
  });
}

const annexe2Of = (content: Uint8Array = new Uint8Array(), written: boolean) => ({
  sha256: 'a'.repeat(64),
  ...(content.length < 10
    ? { faults: [{ line: 0, code: 'FILE_EMPTY', message: 'Le fichier est vide.' }] }
    : { written, lineCount: 1, lines: [{ line: 2, quantity: 412 }] }),
});
