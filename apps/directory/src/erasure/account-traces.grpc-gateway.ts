import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AccountState, EntTrace, ProvisioningService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { addDays, localDate } from '#libs/time';
import { OtherAddresses } from '../other-services/other-services.module.js';
import { type AccountTrace, AccountTraces } from './account-traces.js';

@Injectable()
export class AccountTracesGateway extends AccountTraces implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof ProvisioningService>;

  constructor({ of: { provisioning: address } }: OtherAddresses, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('provisioning'));
    this.client = createRpcClient(ProvisioningService, { address, token });
  }

  override async of(personIds: readonly string[]): Promise<AccountTrace[]> {
    const { accounts, entTrashDays } = await this.client.findAccountTraces({
      personIds: [...personIds],
    });
    return accounts.map(({ personId, accountId, state, hasSourceKey, hasLogin, ...rest }) => ({
      ...{ personId, accountId, hasSourceKey, hasLogin },
      ...{ entId: rest.entId, queued: rest.queued, ent: whereabouts[rest.ent] },
      isDeleted: state === AccountState.DELETED,
      closingEndsOn: dayOf(rest.closingEndsOn),
      ...{ lettersPrinted: rest.lettersPrinted, lastLetterOn: dayOf(rest.lastLetterOn) },
      entPurgedBy:
        rest.entDeletedOn === '' ? undefined : addDays(localDate(rest.entDeletedOn), entTrashDays),
    }));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}

const dayOf = (text: string) => (text === '' ? undefined : localDate(text));
const whereabouts = {
  [EntTrace.UNSPECIFIED]: 'UNKNOWN',
  [EntTrace.ABSENT]: 'ABSENT',
  [EntTrace.PRE_DELETED]: 'PRE_DELETED',
  [EntTrace.PRESENT]: 'PRESENT',
  [EntTrace.UNKNOWN]: 'UNKNOWN',
} as const;
