import { Injectable } from '@nestjs/common';
import { AccountState } from '#libs/contracts';
import { accountSentences } from '#libs/trade';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import { AccountLooks } from './account-looks.js';
import type { StatedReason } from './scope.js';

/** One account as the directory, the books and the ENT have it, which is asked now (PRV-5; SUP-1, level 2). */
@Injectable()
export class ShowAccountSides {
  constructor(
    private readonly accountLooks: AccountLooks,
    private readonly clients: Clients,
  ) {}

  /** Throws PersonNotFound outside the visitor's scope. */
  execute(visitor: Visitor, accountId: string, stated: StatedReason) {
    return this.accountLooks.show(
      visitor,
      { action: 'ACCOUNT_SIDES', accountId, stated },
      async () =>
        (await this.clients.of(visitor).provisioning.compareEntAccount({ accountId })).sides,
      async (sides, schools) => {
        const schoolOf = await schools(sides.places.map(({ uai }) => uai));
        const state = AccountState[sides.state];
        const { failureCode } = sides;
        return {
          ...{ accountId, state, stateInWords: accountSentences({ state, failureCode }).inWords },
          ...{ ent: sides.ent, entInWords: sides.entInWords, workInWords: sides.workInWords },
          differences: sides.differences,
          ...{ mayRestore: sides.mayRestore, mayRetry: sides.mayRetry, failureCode },
          masked: sides.masked,
          lines: sides.lines.map(({ about, directory, books, ent, differs }) => ({
            ...{ about, directory, books, ent, differs },
          })),
          // Nor what the classes of a school of other markets are called.
          places: sides.places.map(({ uai, classLabel, inDirectory, inBooks, inEnt }) => {
            const school = schoolOf(uai);
            return {
              ...(school ? { ...school, classLabel } : { uai: '', schoolName: '', classLabel: '' }),
              ...{ inDirectory, inBooks, inEnt },
            };
          }),
        };
      },
    );
  }
}
