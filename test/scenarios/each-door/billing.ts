import { readFileSync } from 'node:fs';
import {
  badPriceFiles,
  refusalOverTheWire,
} from '../../../apps/billing/test/bad-price-files.test-support.js';
import { xlsxOf } from '../../support/builders/spreadsheet-files.js';
import { ahead, type Door, marketCode, ofMarket, paper, today } from './door.js';

const anIndex = { value: '280,4', on: '2022-04-01', source: 'syntec.fr' };

/** As a spreadsheet keeps it: 19 July 2025 as a day, a number, a percentage. */
const priceSheet = await xlsxOf([
  {
    rows: [
      ['Article', 'À partir du', 'Prix unitaire HT (€)', 'TVA (%)'],
      ['COMPTE_ELEVE', { xml: '<v>45857</v>', style: 1 }, 2.5125, 0.2],
    ],
  },
]);

const accountProposed = (iban: string): Door => ({
  route: 'post /api/billing/proposals/supplier-account',
  as: 'supplier',
  body: ({ ribId }) => ({ marketCode, iban, effectiveFrom: ahead, documentId: ribId }),
  tells: () => ({ state: 'OPEN', isOwn: true, account: { iban } }),
  keep: ({ proposalId }) => ({ proposalId }),
});

/** Each kind of file that is no BPU: the whole way, with the line and what to do; the service stays. */
const badPrices: readonly Door[] = await Promise.all(
  badPriceFiles.map(async (bad): Promise<Door> => {
    const [, , , content] = bad;
    const file = (await content()).toString('latin1');
    // The console reads no more than the contract allows.
    const [refused, details] =
      file.length > 200_000 ? ['UPLOAD_TOO_LARGE', { bytesMax: 200_000 }] : refusalOverTheWire(bad);
    return {
      ...{ route: 'post /api/billing/proposals/prices', as: 'supplier' },
      query: () => ({ ...ofMarket(), dryRun: 'true' }),
      file: () => file,
      ...{ refused, says: { details } },
    };
  }),
);

/** Prices and accounts that take two persons, runs and invoices. */
export const billing: readonly Door[] = [
  {
    route: 'post /api/documents',
    as: 'supplier',
    query: () => ({
      ...{ ...ofMarket(), kind: 'RIB', title: 'RIB', datedOn: '2022-10-01', fileName: 'rib.pdf' },
    }),
    file: paper,
    keep: ({ documentId }) => ({ ribId: documentId }),
  },
  {
    route: 'post /api/billing/proposals/prices',
    as: 'supplier',
    query: () => ({ ...ofMarket(), dryRun: 'true' }),
    file: () => readFileSync(`deploy/local/demo/bpu-${marketCode}.csv`, 'utf8'),
    // The demo's two persons agreed on the same file.
    tells: () => ({ proposalId: '', changes: [] }),
  },
  {
    route: 'post /api/billing/proposals/prices',
    as: 'supplier',
    query: () => ({ ...ofMarket(), dryRun: 'true' }),
    file: () => priceSheet.toString('latin1'),
    tells: () => ({
      proposalId: '',
      changes: [
        {
          ...{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2025-07-19' },
          ...{ unitPriceTenThousandths: 25_125, vatBasisPoints: 2_000 },
          before: { unitPriceTenThousandths: 24_182 },
        },
      ],
    }),
  },
  {
    route: 'post /api/billing/proposals/price-revision',
    as: 'supplier',
    body: () => ({
      ...{ marketCode, dryRun: true },
      revision: {
        ...{ baseOn: '2022-07-19', effectiveFrom: '2023-07-19', constant: '0' },
        terms: [{ index: 'Syntec', coefficient: '1', base: anIndex, current: anIndex }],
      },
    }),
    tells: () => ({ proposalId: '', applied: { factor: '1.00000000' } }),
  },
  ...badPrices,
  accountProposed('BE68539007547034'),
  {
    route: 'get /api/billing/proposals',
    as: 'coordinator',
    query: ofMarket,
    tells: ({ proposalId }) => ({
      proposals: [{ proposalId, state: 'OPEN' }, { kind: 'SUPPLIER_ACCOUNT' }, { kind: 'PRICES' }],
    }),
  },
  {
    route: 'get /api/billing/proposals/:proposalId',
    as: 'coordinator',
    tells: () => ({ account: { iban: 'BE68539007547034' } }),
    keep: ({ digest }) => ({ digest }),
  },
  {
    route: 'post /api/billing/proposals/:proposalId/rejection',
    as: 'coordinator',
    body: ({ digest }) => ({ digest, reason: 'Le RIB n’est pas signé.' }),
    tells: () => ({ state: 'REJECTED', reason: 'Le RIB n’est pas signé.' }),
  },
  accountProposed('NL91ABNA0417164300'),
  {
    route: 'post /api/billing/proposals/:proposalId/withdrawal',
    as: 'supplier',
    tells: () => ({ state: 'WITHDRAWN' }),
  },
  accountProposed('BE68539007547034'),
  {
    route: 'get /api/billing/proposals/:proposalId',
    as: 'supplier',
    tells: () => ({ state: 'OPEN', isOwn: true }),
    keep: ({ digest }) => ({ digest }),
  },
  {
    route: 'post /api/billing/proposals/:proposalId/approval',
    as: 'coordinator',
    body: ({ digest }) => ({ digest }),
    tells: () => ({ state: 'APPROVED', decidedOn: today }),
  },
  {
    route: 'get /api/billing/agreements',
    as: 'finance',
    query: ofMarket,
    tells: () => ({
      prices: [{ isInForce: true }, ...Array.from({ length: 3 }, () => ({ isInForce: false }))],
      accounts: [{ isInForce: true }, { iban: 'BE68539007547034', isInForce: false }],
    }),
  },
  {
    route: 'get /api/billing/runs',
    as: 'supplier',
    query: ofMarket,
    keep: ({ runs }) => ({ periodEndsOn: runs[0].period.endsOn, runBegun: runs[0].runId }),
  },
  {
    route: 'get /api/billing/preview',
    as: 'coordinator',
    query: ({ periodEndsOn = '' }) => ({ ...ofMarket(), periodEndsOn }),
    tells: ({ periodEndsOn }) => ({ period: { endsOn: periodEndsOn }, toDraft: { members: 0 } }),
  },
  {
    route: 'post /api/billing/runs',
    as: 'coordinator',
    body: ({ periodEndsOn }) => ({ marketCode, periodEndsOn }),
    // The one that the demo's process began: a period has one run, whoever asks (BIL-5).
    tells: ({ runBegun }) => ({ runId: runBegun }),
    keep: ({ runId }) => ({ runId }),
  },
  {
    route: 'get /api/billing/runs/:runId',
    as: 'supplier',
    tells: ({ runId }) => ({ run: { runId } }),
  },
  {
    route: 'post /api/billing/runs/:runId/members/:membershipId/retry',
    as: 'coordinator',
    refused: 'BILLING_NOT_PARKED',
  },
  {
    route: 'get /api/memberships/:membershipId/invoices',
    as: 'finance',
    tells: ({ invoiceId, name }) => ({ memberName: name, invoices: [{ invoiceId }] }),
  },
  {
    route: 'get /api/invoices/:invoiceId',
    as: 'finance',
    tells: ({ invoiceId, membershipId }) => ({ summary: { invoiceId, membershipId } }),
  },
  {
    route: 'get /api/invoices/:invoiceId/explanation',
    as: 'finance',
    tells: ({ membershipId }) => ({ membershipId, lines: [{ line: 1 }] }),
  },
  {
    route: 'get /api/invoices/:invoiceId/pdf',
    as: 'finance',
    tells: () => ({ text: expect.stringMatching(/^%PDF-/) as unknown }),
  },
  {
    route: 'get /api/invoices/:invoiceId/xml',
    as: 'finance',
    tells: () => ({ text: expect.stringContaining('<rsm:CrossIndustryInvoice') as unknown }),
  },
  {
    route: 'get /api/invoices/:invoiceId/replay',
    as: 'finance',
    tells: () => ({ holds: true, violations: [] }),
  },
  {
    route: 'get /api/billing/invoices',
    as: 'supplier',
    query: ({ membershipId = '' }) => ({ ...ofMarket(), membershipId, state: 'TO_PAY' }),
    tells: ({ invoiceId, name }) => ({
      invoices: [{ organisationName: name, state: 'TO_PAY', invoice: { invoiceId } }],
      total: 1,
    }),
  },
  {
    route: 'get /api/billing/totals',
    as: 'coordinator',
    query: ofMarket,
    tells: () => ({ on: today, all: { rejectedCents: '0' } }),
  },
  {
    route: 'get /api/memberships/:membershipId/school-names',
    as: 'reader',
    tells: () => ({ schools: expect.arrayContaining([expect.anything()]) as unknown }),
  },
  {
    route: 'get /api/memberships/:membershipId/billing-terms',
    as: 'finance',
    tells: ({ membershipId }) => ({ terms: { membershipId } }),
  },
  {
    route: 'get /api/billing/check',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ violations: [] }),
  },
  {
    route: 'get /api/billing/sales-journal',
    as: 'supplier',
    query: () => ({ marketCode, year: '2022' }),
    tells: () => ({ text: expect.stringContaining('JournalCode\tJournalLib') as unknown }),
  },
  {
    route: 'get /api/billing/terms',
    as: 'supplier',
    query: () => ({ ...ofMarket(), on: '2023-01-01' }),
    tells: () => ({ on: '2023-01-01' }),
  },
  {
    route: 'get /api/coordination/usage-above-orders',
    as: 'coordinator',
    query: ofMarket,
    tells: () => ({ alarms: [] }),
  },
  {
    route: 'get /api/billing/numbering-failures',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ failures: [], total: 0 }),
  },
  {
    route: 'get /api/billing/lost-days',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ memberships: [] }),
  },
  {
    route: 'get /api/billing/drafts-to-settle',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ total: expect.any(Number) as unknown }),
  },
  {
    route: 'post /api/invoices/:invoiceId/acceptance',
    as: 'finance',
    refused: 'INVOICE_ALREADY_FINALISED',
  },
  {
    route: 'post /api/invoices/:invoiceId/contest',
    as: 'finance',
    body: () => ({ reason: 'Trop de comptes.' }),
    refused: 'INVOICE_ALREADY_FINALISED',
  },
  {
    route: 'post /api/invoices/:invoiceId/maintenance',
    as: 'supplier',
    body: () => ({ reason: 'Selon vos commandes.' }),
    refused: 'INVOICE_ALREADY_FINALISED',
  },
  {
    route: 'post /api/invoices/:invoiceId/withdrawal',
    as: 'supplier',
    body: () => ({ reason: 'Erreur.' }),
    refused: 'INVOICE_ALREADY_FINALISED',
  },
  {
    route: 'get /api/billing/year-ends',
    as: 'supplier',
    query: () => ({ ...ofMarket(), year: '2022' }),
    tells: () => ({ yearEnds: expect.arrayContaining([expect.anything()]) as unknown }),
  },
  {
    route: 'get /api/memberships/:membershipId/year-end',
    as: 'finance',
    query: () => ({ year: '2022' }),
    tells: ({ membershipId }) => ({ membershipId, year: 2022, forecastYear: 2023 }),
  },
  {
    route: 'post /api/metering/certificates',
    as: 'coordinator',
    body: () => ({ marketCode, period: { startsOn: '2022-07-19', endsOn: '2022-10-19' } }),
    tells: () => ({ memberships: expect.any(Number) as unknown }),
  },
  {
    route: 'get /api/metering/certificates/check',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ violations: [] }),
  },
  {
    route: 'get /api/memberships/:membershipId/usage-certificates',
    as: 'reader',
    tells: () => ({ certificates: [{ certifiedOn: today, changes: [] }] }),
  },
  {
    route: 'get /api/memberships/:membershipId/usage-certificates/check',
    as: 'finance',
    tells: () => ({ certificates: 1, violations: [] }),
  },
  {
    route: 'get /api/memberships/:membershipId/open-accounts',
    as: 'reader',
    tells: () => ({ accounts: expect.any(Array) as unknown }),
  },
  {
    route: 'get /api/billing/invoices-to-mend',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ total: expect.any(Number) as unknown }),
  },
  {
    route: 'post /api/invoices/:invoiceId/correction',
    as: 'supplier',
    body: () => ({ reason: 'Rien ne change.' }),
    refused: 'NOTHING_TO_MEND',
  },
  {
    route: 'post /api/billing/corrections/:proposalId/decision',
    as: 'supplier',
    // Of an account: no correction of that name.
    body: () => ({ outcome: 'APPROVED', digest: 'none' }),
    refused: 'PROPOSAL_UNKNOWN',
  },
  {
    route: 'post /api/invoices/:invoiceId/settlement',
    as: 'supplier',
    body: () => ({ state: 'PAID', settledOn: today }),
    tells: ({ invoiceId }) => ({ invoiceId, settlement: 'PAID', settledOn: today }),
  },
  {
    route: 'post /api/billing/numbering-failures/:invoiceId/retry',
    as: 'supplier',
    refused: 'NUMBERING_NOT_FAILED',
  },
];
