import { randomUUID } from 'node:crypto';
import { encodeCursor } from '#libs/http';
import { serviceNames } from '../../../deploy/local/demo/services.js';
import { marketCode, some, today } from './door.js';
import { membership } from './membership-rpcs.js';
import type { Rpc } from './rpc.js';

const period = { startsOn: '2022-10-19', endsOn: today };
const itemCode = 'COMPTE_ELEVE';

const billing: readonly Rpc[] = [
  {
    rpc: 'BillingService.getInvoicePdf',
    call: (services, { invoiceId }) => services.billing().getInvoicePdf({ invoiceId }),
    tells: () => ({ fileName: expect.stringMatching(/\.pdf$/) as unknown }),
  },
  {
    rpc: 'BillingService.exportSalesJournal',
    call: (services) => services.billing('supplier').exportSalesJournal({ marketCode, year: 2022 }),
    tells: () => ({ fileName: expect.stringMatching(/FEC/) as unknown }),
  },
  {
    rpc: 'BillingService.getInvoiceXml',
    call: (services, { invoiceId }) => services.billing().getInvoiceXml({ invoiceId }),
    tells: () => ({ fileName: expect.stringMatching(/\.xml$/) as unknown }),
  },
  {
    rpc: 'BillingService.getInvoicedUntil',
    call: (services) => services.billing('coordinator').getInvoicedUntil({ marketCode }),
    tells: () => ({ invoicedUntil: '2022-10-19' }),
  },
  {
    rpc: 'BillingService.estimateCost',
    call: (services, { membershipId }) =>
      services.billing('supplier').estimateCost({ membershipId }),
    tells: () => ({ on: today, horizons: some }),
  },
  {
    rpc: 'BillingService.listSeatPrices',
    call: (services) => services.billing().listSeatPrices({ marketCodes: [marketCode] }),
    tells: () => ({ prices: some }),
  },
  {
    rpc: 'BillingService.listUsageAboveOrders',
    call: (services) => services.billing('supplier').listUsageAboveOrders({ marketCode }),
    tells: () => ({ until: today, total: 0 }),
  },
];

const directory: readonly Rpc[] = [
  {
    rpc: 'DirectoryService.announceAgain',
    // The last step of a round, after which nobody is left.
    call: (services) =>
      services.directory().announceAgain({
        reason: 'AUTRE',
        cursor: encodeCursor([
          'zzzzzzzz',
          'ffffffff-ffff-ffff-ffff-ffffffffffff',
          '9'.repeat(18),
          0,
        ]),
      }),
    tells: () => ({ structures: 0, people: 0, erased: 0, nextCursor: '' }),
  },
  {
    rpc: 'DirectoryService.getPerson',
    call: (services, { personId }) => services.directory().getPerson({ personId }),
    tells: ({ personId }) => ({ person: { personId } }),
  },
  {
    rpc: 'DirectoryService.getDouble',
    call: (services, { pairId }) => services.directory('support-2').getDouble({ pairId }),
    refused: 'DOUBLE_UNKNOWN',
  },
  {
    rpc: 'DirectoryService.listSchools',
    call: (services) => services.directory('coordinator').listSchools({ limit: 1 }),
    tells: () => ({ schools: [{}], nextCursor: expect.stringMatching(/./) as unknown }),
  },
  {
    rpc: 'DirectoryService.getSchool',
    call: (services, { uai }) => services.directory('coordinator').getSchool({ uai }),
    tells: ({ uai }) => ({ school: { uai, counts: some } }),
  },
  {
    rpc: 'DirectoryService.sendUpload',
    call: (services) =>
      services.directory('support-2').sendUpload({ uploadId: 'none', fileName: 'a.zip' }),
    refused: 'UPLOAD_UNKNOWN',
  },
  {
    rpc: 'DirectoryService.readRemarksFile',
    call: async (services) => {
      const directory = services.directory('support-2');
      const { imports } = await directory.listImports({ limit: 1 });
      const [{ importId } = { importId: '' }] = imports;
      const { content, fileName } = await directory.readRemarksFile({ importId });
      return { begins: Buffer.from(content).toString().slice(1, 13), fileName };
    },
    tells: () => ({
      begins: 'Code;Fichier',
      fileName: expect.stringMatching(/^remarques-[a-z0-9-]+-\d{4}-\d\d-\d\d\.csv$/) as unknown,
    }),
  },
  {
    rpc: 'DirectoryService.countPeople',
    call: (services) => services.directory('coordinator').countPeople({}),
    tells: () => ({ counts: some }),
  },
];

const metering: readonly Rpc[] = [
  {
    rpc: 'MeteringService.getUsage',
    call: (services, { membershipId }) =>
      services.metering('supplier').getUsage({ membershipId, itemCode, period }),
    tells: () => ({ openAccounts: [{ from: period.startsOn }] }),
  },
  {
    rpc: 'MeteringService.getUsageBySchool',
    call: (services, { membershipId }) =>
      services.metering('supplier').getUsageBySchool({ membershipId, itemCode, period }),
    tells: () => ({ schools: some }),
  },
  {
    rpc: 'MeteringService.listUsage',
    call: (services) => services.metering('supplier').listUsage({ marketCode, until: today }),
    tells: () => ({ memberships: some }),
  },
  {
    rpc: 'MeteringService.listCertifiedUsage',
    call: (services) =>
      services.metering('supplier').listCertifiedUsage({ marketCode, period, limit: 1 }),
    tells: () => ({ memberships: some }),
  },
  {
    rpc: 'MeteringService.recountUsage',
    call: (services) => services.metering().recountUsage({}),
    tells: () => ({ differences: 0 }),
  },
];

const provisioning: readonly Rpc[] = [
  {
    rpc: 'ProvisioningService.findAccountTraces',
    call: (services, { personId }) =>
      services.provisioning().findAccountTraces({ personIds: [personId!] }),
    tells: ({ personId, accountId }) => ({ accounts: [{ personId, accountId }] }),
  },
  {
    rpc: 'ProvisioningService.getAccount',
    call: (services, { accountId }) => services.provisioning().getAccount({ accountId }),
    tells: ({ accountId }) => ({ account: { accountId } }),
  },
  {
    rpc: 'ProvisioningService.listAccounts',
    call: (services, { uai }) => services.provisioning('support-2').listAccounts({ uai, limit: 1 }),
    tells: ({ uai }) => ({ accounts: [{ uai }] }),
  },
  {
    rpc: 'ProvisioningService.printClassLetters',
    call: async (services, { uai }) => {
      const { classes } = await services.provisioning().listLetterClasses({ uai });
      const classLabel = classes[0]!.label;
      return services.provisioning().printClassLetters({ uai, classLabel });
    },
    tells: () => ({ fileName: expect.stringMatching(/\.pdf$/) as unknown }),
  },
  {
    rpc: 'ProvisioningService.listHandMadeUsers',
    call: (services, { uai }) => services.provisioning().listHandMadeUsers({ uai }),
    tells: () => ({ users: [], found: 0 }),
  },
  {
    rpc: 'ProvisioningService.listSchoolLetterRequests',
    call: (services, { uai }) => services.provisioning().listSchoolLetterRequests({ uai }),
    tells: () => ({ requests: [] }),
  },
  {
    rpc: 'ProvisioningService.printAccountLetter',
    call: (services, { accountId }) => services.provisioning().printAccountLetter({ accountId }),
    tells: () => ({ fileName: expect.stringMatching(/\.pdf$/) as unknown }),
  },
  {
    rpc: 'ProvisioningService.findAccountsByLogin',
    call: async (services, { accountId }) => {
      const desk = services.provisioning('support-2');
      const { account } = await desk.getAccount({ accountId });
      return desk.findAccountsByLogin({ loginPrefix: account!.login, limit: 1 });
    },
    tells: ({ accountId }) => ({ accounts: [{ accountId }] }),
  },
  {
    rpc: 'ProvisioningService.suspendAccount',
    call: (services, { accountId }) =>
      services.provisioning('support-2').suspendAccount({ accountId, ...decision('suspend') }),
    tells: ({ accountId }) => ({ account: { accountId } }),
  },
  {
    rpc: 'ProvisioningService.resumeAccount',
    call: (services, { accountId }) =>
      services.provisioning('support-2').resumeAccount({ accountId, ...decision('resume') }),
    tells: ({ accountId }) => ({ account: { accountId } }),
  },
  {
    rpc: 'ProvisioningService.retryAccount',
    call: (services, { accountId }) =>
      services.provisioning('support-3').retryAccount({ accountId, ...decision('retry') }),
    refused: 'ACCOUNT_STATE_NOT_FIT',
  },
  {
    rpc: 'ProvisioningService.recordEntContract',
    call: (services) => {
      const run = { address: 'https://ent.example.org', level: 'READING', confirmed: 1 };
      const contract = { ...run, ranAt: '2022-11-01T08:00:00Z' };
      return services.provisioning().recordEntContract({ contract });
    },
    tells: () => ({ contract: { confirmed: 1, recordedOn: today } }),
  },
  {
    rpc: 'ProvisioningService.compareEntAccount',
    call: (services, { accountId }) =>
      services.provisioning('support-2').compareEntAccount({ accountId }),
    tells: ({ accountId }) => ({ sides: { accountId, ent: 'PRESENT', mayRestore: false } }),
  },
  {
    rpc: 'ProvisioningService.restoreEntAccount',
    call: (services, { accountId }) =>
      services.provisioning('support-2').restoreEntAccount({ accountId, ...decision('restore') }),
    refused: 'ENT_RESTORE_NOT_FIT',
  },
  {
    rpc: 'ProvisioningService.getAccountHistory',
    call: (services, { accountId }) =>
      services.provisioning('support-3').getAccountHistory({ accountId }),
    tells: () => ({ transitions: some }),
  },
  {
    rpc: 'ProvisioningService.getSeats',
    call: (services, { membershipId }) =>
      services.provisioning('supplier').getSeats({ membershipId }),
    tells: ({ membershipId }) => ({ seats: [{ membershipId, itemCode }] }),
  },
  {
    rpc: 'ProvisioningService.countAccounts',
    call: (services) => services.provisioning('coordinator').countAccounts({ marketCode }),
    tells: () => ({ counts: some }),
  },
  {
    rpc: 'ProvisioningService.checkSeats',
    call: (services) => services.provisioning('coordinator').checkSeats({}),
    tells: () => ({ violations: [] }),
  },
  {
    rpc: 'ProvisioningService.countSeatsLost',
    call: async (services, { membershipId }) => {
      const timeline = [{ from: today, ordered: 0 }];
      const asked = { membershipId, itemCode, timeline };
      const { held, lost } = await services.provisioning('supplier').countSeatsLost(asked);
      return { allAreLost: held > 0 && held === lost };
    },
    tells: () => ({ allAreLost: true }),
  },
  {
    rpc: 'ProvisioningService.listEntSchools',
    call: (services) => services.provisioning().listEntSchools({}),
    tells: () => ({ uais: some }),
  },
  {
    rpc: 'ProvisioningService.compareEntSchool',
    call: (services, { uai }) => services.provisioning('support-3').compareEntSchool({ uai }),
    tells: ({ uai }) => ({ school: { uai, isUnknown: false } }),
  },
  {
    // Nothing differs, so nothing is done.
    rpc: 'ProvisioningService.mendEntSchool',
    call: (services, { uai }) => services.provisioning().mendEntSchool({ uai, reason: 'CONTROLE' }),
    tells: ({ uai }) => ({ school: { uai }, notBlocked: 0 }),
  },
];

/** Every service has this door, and answers of itself. */
const operations: readonly Rpc[] = serviceNames.flatMap((name): Rpc[] => [
  {
    rpc: 'OperationsService.getStatus',
    call: (services) => services.operations(name).getStatus({}),
    tells: () => ({ service: name, businessDate: today }),
  },
  {
    rpc: 'OperationsService.listParked',
    call: (services) => services.operations(name).listParked({}),
    tells: () => ({ events: [] }),
  },
  {
    rpc: 'OperationsService.releaseParked',
    call: (services) => services.operations(name).releaseParked({}),
    tells: () => ({ released: 0n, stillParked: 0n }),
  },
  {
    rpc: 'OperationsService.showParked',
    call: (services) => services.operations(name).showParked({ id: 1n }),
    refused: 'PARKED_UNKNOWN',
  },
  {
    rpc: 'OperationsService.proposeSkip',
    call: (services) => services.operations(name).proposeSkip({ id: 1n, reason: 'essai' }),
    refused: 'PERSON_NEEDED',
  },
  {
    rpc: 'OperationsService.decideSkip',
    call: (services) =>
      services.operations(name).decideSkip({ proposalId: 'p', outcome: 'APPROVED' }),
    refused: 'PERSON_NEEDED',
  },
  {
    rpc: 'OperationsService.listForeign',
    call: (services) => services.operations(name).listForeign({}),
    tells: () => ({ records: [], total: 0n }),
  },
  {
    rpc: 'OperationsService.acknowledgeForeign',
    call: (services) =>
      services.operations(name).acknowledgeForeign({ throughId: 1n, reason: 'essai' }),
    tells: () => ({ records: 0n }),
  },
  {
    rpc: 'OperationsService.getFactDigest',
    call: (services) =>
      services.operations(name).getFactDigest({ topic: 'nowhere', partition: 0, seq: 1n }),
    tells: () => ({ digest: '' }),
  },
  {
    rpc: 'OperationsService.listUnsent',
    call: (services) => services.operations(name).listUnsent({}),
    tells: () => ({ keys: [] }),
  },
  {
    rpc: 'OperationsService.retryUnsent',
    call: (services) => services.operations(name).retryUnsent({}),
    tells: () => ({ retried: 0 }),
  },
  {
    rpc: 'OperationsService.listPositions',
    call: (services) => services.operations(name).listPositions({}),
    tells: () => ({ incarnations: [expect.objectContaining({ parentEpoch: 0n })] as unknown }),
  },
  {
    rpc: 'OperationsService.goOn',
    call: (services) => services.operations(name).goOn({ topic: 'nowhere', reason: 'essai' }),
    tells: () => ({ partitions: 0 }),
  },
  {
    rpc: 'OperationsService.readAgain',
    call: (services) => services.operations(name).readAgain({ topic: 'nowhere', reason: 'essai' }),
    tells: () => ({ partitions: 0 }),
  },
  {
    // Its relay begins anew under the next one, and nobody stops for it.
    rpc: 'OperationsService.raiseGeneration',
    call: (services) => services.operations(name).raiseGeneration({ reason: 'essai' }),
    tells: () => ({ generation: expect.any(Number) as unknown }),
  },
  {
    rpc: 'OperationsService.digestStates',
    call: (services) => services.operations(name).digestStates({}),
  },
  {
    rpc: 'OperationsService.tellPersonalData',
    call: (services) =>
      services.operations(name).tellPersonalData({
        ...{ personId: randomUUID(), askedBy: 'player', role: 'player', reason: 'CONTROLE' },
      }),
    tells: () => ({ accountIds: [] }),
  },
  {
    rpc: 'OperationsService.findTraces',
    call: (services) => services.operations(name).findTraces({ ids: ['nobody-at-all'] }),
    tells: () => ({ traces: [], unread: [] }),
  },
  {
    rpc: 'OperationsService.verifyAudit',
    call: (services) => services.operations(name).verifyAudit({}),
    tells: () => ({ books: expect.arrayContaining([expect.anything()]) as unknown, findings: [] }),
  },
  {
    rpc: 'OperationsService.showBreaks',
    call: (services) => services.operations(name).showBreaks({}),
    tells: () => ({ chains: 0, breaks: [] }),
  },
  {
    rpc: 'OperationsService.proposeBreaks',
    call: (services) => services.operations(name).proposeBreaks({ reason: 'essai' }),
    refused: 'PERSON_NEEDED',
  },
  {
    rpc: 'OperationsService.decideBreaks',
    call: (services) =>
      services.operations(name).decideBreaks({ proposalId: 'p', outcome: 'APPROVED' }),
    refused: 'PERSON_NEEDED',
  },
]);

/** What the services answer to each other, to the command line and to support, without a route of its own. */
export const rpcs: readonly Rpc[] = [
  ...billing,
  ...directory,
  ...membership,
  ...metering,
  ...provisioning,
  ...operations,
];

function decision(what: string) {
  return { reason: 'SECURITE SUP-42', idempotencyKey: `each-door-${what}` };
}
