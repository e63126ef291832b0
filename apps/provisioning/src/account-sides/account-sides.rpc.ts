import { Controller } from '@nestjs/common';
import {
  type CompareEntAccountRequest,
  ProvisioningService,
  type RestoreEntAccountRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { stateNumbers } from '../accounts/accounts.module.js';
import { CompareAccount, type ShownSides } from './compare-account.js';
import type { SideLine } from './domain/account-sides.js';
import { RestoreAccount } from './restore-account.js';

@Controller()
export class AccountSidesRpc {
  constructor(
    private readonly compare: CompareAccount,
    private readonly restore: RestoreAccount,
  ) {}

  @Answers(ProvisioningService.method.compareEntAccount)
  async compareEntAccount({ accountId }: CompareEntAccountRequest, caller: Caller) {
    return { sides: toSides(await this.compare.execute(accountId, caller)) };
  }

  @Answers(ProvisioningService.method.restoreEntAccount)
  async restoreEntAccount(request: RestoreEntAccountRequest, caller: Caller) {
    await this.restore.execute({ ...request, caller });
    return { sides: toSides(await this.compare.execute(request.accountId, caller)) };
  }
}

function toSides(of: ShownSides) {
  const { state, isMasked, failureCode, lines, places, ...rest } = of;
  return {
    ...rest,
    state: stateNumbers[state],
    lines: lines.map((line) => (isMasked && names.has(line.about) ? masked(line) : line)),
    places: isMasked
      ? []
      : places.map(({ label: classLabel, ...place }) => ({ ...place, classLabel })),
    ...{ failureCode, mayRetry: failureCode !== '', masked: isMasked },
  };
}

/** What tells who somebody is. */
const names: ReadonlySet<string> = new Set(['NAME', 'BIRTH_DATE', 'KEY', 'LOGIN', 'FAMILY']);
const masked = ({ about, differs }: SideLine) => ({
  ...{ about, directory: '', books: '', ent: '', differs },
});
