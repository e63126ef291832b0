import { Injectable } from '@nestjs/common';
import { AccountState } from '#libs/contracts';
import { accountSentences } from '#libs/trade';
import { Clients } from '../clients/clients.module.js';
import { Names } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { AccountLooks } from './account-looks.js';
import type { StatedReason } from './scope.js';

/** Every transition of an account with its business date and cause (SUP-1, levels 2 and 3). */
@Injectable()
export class ShowAccountHistory {
  constructor(
    private readonly accountLooks: AccountLooks,
    private readonly clients: Clients,
    private readonly names: Names,
  ) {}

  /** Throws NotAllowed, PersonNotFound outside the visitor's scope. */
  execute(visitor: Visitor, accountId: string, stated: StatedReason) {
    return this.accountLooks.show(
      visitor,
      { action: 'ACCOUNT_HISTORY', accountId, stated, right: 'history' },
      () => this.clients.of(visitor).provisioning.getAccountHistory({ accountId }),
      async ({ transitions }, schools) => {
        const [nameOf, schoolOf] = await Promise.all([
          this.names.ofAgents(transitions.map(({ decidedBy }) => decidedBy)),
          schools(transitions.map(({ uai }) => uai)),
        ]);
        return {
          transitions: transitions.map((transition) => ({
            sequence: transition.sequence,
            fromState: stateName(transition.fromState),
            toState: stateName(transition.toState),
            inWords: accountSentences({ state: AccountState[transition.toState] }).inWords,
            effectiveOn: transition.effectiveOn,
            cause: transition.cause,
            ...(schoolOf(transition.uai) ?? { uai: '', schoolName: '' }),
            recordedAt: transition.recordedAt,
            decidedBy: transition.decidedBy,
            decidedByName: nameOf(transition.decidedBy),
            reason: transition.reason,
          })),
        };
      },
    );
  }
}

// Before the first state there was none.
const stateName = (state: AccountState) =>
  state === AccountState.UNSPECIFIED ? '' : AccountState[state];
