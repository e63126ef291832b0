import { Controller } from '@nestjs/common';
import {
  plain,
  type GetEntConnectorRequest,
  type GetEntContractRequest,
  type ListEntFaultsRequest,
  ProvisioningService,
  type RecordEntContractRequest,
  type RetryEntFaultRequest,
} from '#libs/contracts';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { entFaultSentences } from '#libs/trade';
import { EntQueue, type EntRight, EntRights } from '../ent/ent.module.js';
import { ContractReports } from './contract-reports.pg.js';
import { EntRetries } from './ent-retries.pg.js';
import { RecordContract } from './record-contract.js';
import { RetryFault } from './retry-fault.js';

@Controller()
export class EntFaultsRpc {
  constructor(
    private readonly retries: EntRetries,
    private readonly retryFault: RetryFault,
    private readonly queue: EntQueue,
    private readonly rights: EntRights,
    private readonly reports: ContractReports,
    private readonly recordContract: RecordContract,
  ) {}

  @Answers(ProvisioningService.method.listEntFaults)
  async listEntFaults(_request: ListEntFaultsRequest, caller: Caller) {
    const markets = marketsOf(caller);
    const faults = await this.retries.faults(markets);
    return {
      faults: faults.map((fault) => ({ ...fault, ...entFaultSentences(fault.code) })),
      retries: await this.retries.retries(markets),
    };
  }

  @Answers(ProvisioningService.method.retryEntFault)
  async retryEntFault(request: RetryEntFaultRequest, caller: Caller) {
    const retryId = await this.retryFault.execute({ ...request, caller });
    const [retry] = await this.retries.retries(marketsOf(caller), retryId);
    return retry ? { retry } : {};
  }

  /** Each process says every 150 ms how it stands; who has said nothing for 5 s is not there. */
  @Answers(ProvisioningService.method.getEntConnector)
  async getEntConnector(_request: GetEntConnectorRequest, caller: Caller) {
    if (!(await this.retries.isServed(marketsOf(caller)))) throw new NotVisible();
    const missing = await this.rights.missing();
    return {
      processes: await this.queue.standings(),
      missingRights: (missing ?? []).map((right) => rightWords[right]),
      areRightsKnown: missing !== undefined,
    };
  }

  @Answers(ProvisioningService.method.recordEntContract)
  async recordEntContract({ contract }: RecordEntContractRequest, caller: Caller) {
    const { recordedOn: _, ...report } = plain(contract!);
    return { contract: await this.recordContract.execute(report, caller) };
  }

  /** Of the platform, and of no market: told to whoever answers for one that is served. */
  @Answers(ProvisioningService.method.getEntContract)
  async getEntContract(_request: GetEntContractRequest, caller: Caller) {
    if (!(await this.retries.isServed(marketsOf(caller)))) throw new NotVisible();
    const contract = await this.reports.last();
    return contract ? { contract } : {};
  }
}

const rightWords: Readonly<Record<EntRight, string>> = {
  SCHOOLS: 'administrer les écoles (administrateur local de chacune, ou de la plateforme)',
  CLASSES: 'créer une classe (directory.class.create)',
  USERS: 'lister les utilisateurs d’une école',
};
