import { Controller } from '@nestjs/common';
import {
  AccountState,
  EntTrace,
  type FindAccountTracesRequest,
  ProvisioningService,
} from '#libs/contracts';
import { Answers } from '#libs/rpc';
import { EntTrash } from '../ent/ent.module.js';
import { FindAccountTraces } from './find-account-traces.js';

@Controller()
export class AccountTracesRpc {
  constructor(
    private readonly findAccountTraces: FindAccountTraces,
    private readonly trash: EntTrash,
  ) {}

  @Answers(ProvisioningService.method.findAccountTraces)
  async find({ personIds }: FindAccountTracesRequest) {
    const accounts = await this.findAccountTraces.execute(personIds);
    return {
      entTrashDays: this.trash.days,
      accounts: accounts.map(({ state, ent, ...rest }) => ({
        ...rest,
        state: AccountState[state],
        ent: EntTrace[ent],
      })),
    };
  }
}
