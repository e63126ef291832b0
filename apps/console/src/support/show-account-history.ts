import { Injectable } from '@nestjs/common';
import { AccountState } from '#libs/contracts';
import { BusinessDate } from '#libs/messaging';
import { NotAllowed } from '#libs/identity';
import { accountSentences } from '#libs/trade';
import { Clients } from '../clients/clients.module.js';
import { Looks } from '../looks/looks.module.js';
import { People } from '../read-model/read-model.module.js';
import { Names } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { viewRightsOf } from './domain/rights.js';
import { reasonOf, scopeOf, type StatedReason } from './scope.js';
import { PersonNotFound } from './support-problems.js';

/** Every transition of an account with its business date and cause (SUP-1, levels 2 and 3). */
@Injectable()
export class ShowAccountHistory {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
    private readonly names: Names,
  ) {}

  /** Throws NotAllowed, PersonNotFound outside the visitor's scope. */
  execute(visitor: Visitor, accountId: string, stated: StatedReason) {
    const subject = () => this.people.ofAccount(accountId);
    const asked = { action: 'ACCOUNT_HISTORY', ...stated, subject } as const;
    return this.looks.keepingRefusal(visitor, asked, () => this.show(visitor, accountId, stated));
  }

  private async show(visitor: Visitor, accountId: string, stated: StatedReason) {
    if (!viewRightsOf(visitor.grants).history) throw new NotAllowed();
    const why = reasonOf(visitor, stated);
    const personId = await this.people.ofAccount(accountId);
    const scope = await scopeOf(visitor, this.businessDate);
    if (!personId || !(await this.people.sees(scope, personId))) throw new PersonNotFound();
    const { transitions } = await this.clients
      .of(visitor)
      .provisioning.getAccountHistory({ accountId });
    await this.looks.record(visitor, {
      action: 'ACCOUNT_HISTORY',
      ...why,
      subjects: [personId],
    });
    const uais = transitions.map(({ uai }) => uai);
    const [nameOf, schoolOf, seen] = await Promise.all([
      this.names.ofAgents(transitions.map(({ decidedBy }) => decidedBy)),
      this.names.ofSchools(uais),
      this.people.schoolsSeen(scope, uais),
    ]);
    return {
      transitions: transitions.map((transition) => ({
        sequence: transition.sequence,
        fromState: stateName(transition.fromState),
        toState: stateName(transition.toState),
        inWords: accountSentences({ state: AccountState[transition.toState] }).inWords,
        effectiveOn: transition.effectiveOn,
        cause: transition.cause,
        ...(seen.has(transition.uai)
          ? { uai: transition.uai, schoolName: schoolOf.get(transition.uai) ?? '' }
          : { uai: '', schoolName: '' }),
        recordedAt: transition.recordedAt,
        decidedBy: transition.decidedBy,
        decidedByName: nameOf(transition.decidedBy),
        reason: transition.reason,
      })),
    };
  }
}

// Before the first state there was none.
const stateName = (state: AccountState) =>
  state === AccountState.UNSPECIFIED ? '' : AccountState[state];
