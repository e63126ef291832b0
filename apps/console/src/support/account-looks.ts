import { Injectable } from '@nestjs/common';
import { NotAllowed } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Looks } from '../looks/looks.module.js';
import { Names, People, type Scope } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { type ViewRights, viewRightsOf } from './domain/rights.js';
import { reasonOf, scopeOf, type StatedReason } from './scope.js';
import { PersonNotFound } from './support-problems.js';

type AccountLook = {
  readonly action: 'ACCOUNT_HISTORY' | 'ACCOUNT_SIDES';
  readonly accountId: string;
  readonly stated: StatedReason;
  /** Absent: whoever may see the account. */
  readonly right?: keyof ViewRights;
};
/** By UAI; a school of other markets is not told. */
type SchoolsTold = (
  uai: string,
) => { readonly uai: string; readonly schoolName: string } | undefined;

/** One account as its owner knows it: in the visitor's scope, and journalled before it is told (SUP-1, SUP-2). */
@Injectable()
export class AccountLooks {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly businessDate: BusinessDate,
    private readonly names: Names,
  ) {}

  /**
   * What the owner answers, and how its schools are told. Throws NotAllowed, PersonNotFound outside the visitor's scope or
   * where the owner has nothing.
   */
  async show<Found, Told>(
    visitor: Visitor,
    { action, accountId, stated, right }: AccountLook,
    ask: () => Promise<Found | undefined>,
    tell: (
      found: Found,
      schools: (uais: readonly string[]) => Promise<SchoolsTold>,
    ) => Promise<Told>,
  ): Promise<Told> {
    const subject = () => this.people.ofAccount(accountId);
    return this.looks.keepingRefusal(visitor, { action, ...stated, subject }, async () => {
      if (right && !viewRightsOf(visitor.grants)[right]) throw new NotAllowed();
      const why = reasonOf(visitor, stated);
      const personId = await subject();
      const scope = await scopeOf(visitor, this.businessDate);
      if (!personId || !(await this.people.sees(scope, personId))) throw new PersonNotFound();
      const found = await ask();
      if (!found) throw new PersonNotFound();
      await this.looks.record(visitor, { action, ...why, subjects: [personId] });
      return tell(found, (uais) => this.schoolsIn(scope, uais));
    });
  }

  private async schoolsIn(scope: Scope, uais: readonly string[]): Promise<SchoolsTold> {
    const [nameOf, seen] = await Promise.all([
      this.names.ofSchools(uais),
      this.people.schoolsSeen(scope, uais),
    ]);
    return (uai) => (seen.has(uai) ? { uai, schoolName: nameOf.get(uai) ?? '' } : undefined);
  }
}
