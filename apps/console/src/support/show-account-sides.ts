import { Injectable } from '@nestjs/common';
import { AccountState } from '#libs/contracts';
import { BusinessDate } from '#libs/messaging';
import { accountSentences } from '#libs/trade';
import { Clients } from '../clients/clients.module.js';
import { Looks } from '../looks/looks.module.js';
import { Names, People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { reasonOf, scopeOf, type StatedReason } from './scope.js';
import { PersonNotFound } from './support-problems.js';

/** One account as the directory, the books and the ENT have it, which is asked now (PRV-5; SUP-1, level 2). */
@Injectable()
export class ShowAccountSides {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
    private readonly names: Names,
  ) {}

  /** Throws PersonNotFound outside the visitor's scope. */
  execute(visitor: Visitor, accountId: string, stated: StatedReason) {
    const subject = () => this.people.ofAccount(accountId);
    const asked = { action: 'ACCOUNT_SIDES', ...stated, subject } as const;
    return this.looks.keepingRefusal(visitor, asked, () => this.show(visitor, accountId, stated));
  }

  private async show(visitor: Visitor, accountId: string, stated: StatedReason) {
    const why = reasonOf(visitor, stated);
    const personId = await this.people.ofAccount(accountId);
    const scope = await scopeOf(visitor, this.businessDate);
    if (!personId || !(await this.people.sees(scope, personId))) throw new PersonNotFound();
    const { sides } = await this.clients.of(visitor).provisioning.compareEntAccount({ accountId });
    if (!sides) throw new PersonNotFound();
    await this.looks.record(visitor, { action: 'ACCOUNT_SIDES', ...why, subjects: [personId] });
    const uais = sides.places.map(({ uai }) => uai);
    const [schoolOf, seen] = await Promise.all([
      this.names.ofSchools(uais),
      this.people.schoolsSeen(scope, uais),
    ]);
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
      // A school of other markets is not told, nor what its classes are called.
      places: sides.places.map(({ uai, classLabel, inDirectory, inBooks, inEnt }) => ({
        ...(seen.has(uai)
          ? { uai, schoolName: schoolOf.get(uai) ?? '', classLabel }
          : { uai: '', schoolName: '', classLabel: '' }),
        ...{ inDirectory, inBooks, inEnt },
      })),
    };
  }
}
