import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { EntTrash } from '../ent/ent.module.js';
import { Accounts } from './accounts.pg.js';
import { accountIdFrom } from './domain/account-id.js';
import { profiles } from './domain/account.js';
import { assess, type Assessment } from './domain/assessment.js';
import { nameForWayIn } from './name-for-way-in.pg.js';
import { Scope } from './scope.pg.js';

/** People assessed in one transaction: each has two accounts at most, so under 2,000 accounts. */
const chunkSize = 800;

/** Makes the accounts of marked people what they should be on the day of the mark; PostgreSQL holds the marks. */
@Injectable()
export class AssessPeople {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly scope: Scope,
    private readonly accounts: Accounts,
    private readonly trash: EntTrash,
  ) {}

  /** One chunk, of one day, oldest day first. Returns how many people it took; 0: nothing is due. */
  execute(): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      await this.businessDate.today(tx);
      const marks = await this.scope.takeMarks(tx, chunkSize);
      if (!marks) return 0;
      const { on, causeOf } = marks;
      const personIds = [...causeOf.keys()];
      const existing = await this.accounts.ofPeople(tx, personIds);
      const wanted = await this.scope.wanted(tx, personIds, on);
      const graceDays = await this.scope.graceDays(
        tx,
        existing.map(({ place }) => place.membershipId),
      );
      const key = (personId: string, profile: string) => `${personId} ${profile}`;
      const accountOf = new Map(existing.map((each) => [key(each.personId, each.profile), each]));
      const assessments: Assessment[] = [];
      for (const [personId, cause] of causeOf) {
        for (const profile of profiles) {
          const account = accountOf.get(key(personId, profile));
          const assessment = assess(account, wanted.get(key(personId, profile)), {
            newAccountId: accountIdFrom(randomUUID()),
            personId,
            profile,
            on,
            cause,
            graceDays: graceDays.get(account?.place.membershipId ?? '') ?? defaultGraceDays,
            trashDays: this.trash.days,
          });
          if (assessment) assessments.push(assessment);
        }
      }
      await nameForWayIn(
        tx,
        existing.map(({ accountId }) => accountId),
      );
      await this.accounts.save(tx, assessments);
      await this.accounts.linkFamilies(tx, existing);
      await this.scope.markPools(
        tx,
        assessments.flatMap(({ asksSeatOf, leftListOf, steps }) =>
          [asksSeatOf, leftListOf].flatMap((pool) =>
            pool ? [{ ...pool, on, cause: steps[0]?.cause ?? 'IMPORT' }] : [],
          ),
        ),
      );
      return personIds.length;
    });
  }
}

/** PRV-3: at most three months; the market says how many. */
const defaultGraceDays = 60;
