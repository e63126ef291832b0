import { Controller } from '@nestjs/common';
import {
  type GetEntConnectorRequest,
  type ListEntFaultsRequest,
  ProvisioningService,
  type RetryEntFaultRequest,
} from '#libs/contracts';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { entFaultSentences } from '#libs/trade';
import { EntQueue } from '../ent/ent.module.js';
import { EntRetries } from './ent-retries.pg.js';
import { RetryFault } from './retry-fault.js';

@Controller()
export class EntFaultsRpc {
  constructor(
    private readonly retries: EntRetries,
    private readonly retryFault: RetryFault,
    private readonly queue: EntQueue,
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
    return { processes: await this.queue.standings() };
  }
}
