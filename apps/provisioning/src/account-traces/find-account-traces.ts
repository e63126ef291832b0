import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { type LocalDate, parisDateOf } from '#libs/time';
import type { AccountState } from '../accounts/accounts.module.js';
import { EntGateway, EntQueue, EntRefused, EntUnavailable } from '../ent/ent.module.js';

export class TooManyPeople extends defineProblem('TOO_MANY_PEOPLE', 'invalid') {}

export type AccountTraces = {
  readonly personId: string;
  readonly accountId: string;
  readonly state: AccountState;
  /** Of CLOSING: the day on which it is deleted. */
  readonly closingEndsOn: LocalDate | '';
  readonly hasSourceKey: boolean;
  readonly hasLogin: boolean;
  /** The ENT's id of the user; empty: it never had one. */
  readonly entId: string;
  /** UNKNOWN: it gave no answer that may be believed. */
  readonly ent: 'ABSENT' | 'PRE_DELETED' | 'PRESENT' | 'UNKNOWN';
  /** Of PRE_DELETED, where the ENT says it. */
  readonly entDeletedOn: LocalDate | '';
  /** A job about it waits in Redis, or is at work. */
  readonly queued: boolean;
  /** By the journal: of no letter is there a copy, a code or a name. */
  readonly lettersPrinted: number;
  /** Empty: none. */
  readonly lastLetterOn: LocalDate | '';
};

const peopleMax = 100;

/** Of people who were erased: what is left of their accounts beside identifiers, in the queue and in the ENT (SUP-4). */
@Injectable()
export class FindAccountTraces {
  constructor(
    private readonly database: Database,
    private readonly queue: EntQueue,
    private readonly ent: EntGateway,
  ) {}

  /** 100 people at most, else TooManyPeople. The ENT is asked user by user, one after the other. */
  async execute(personIds: readonly string[]): Promise<AccountTraces[]> {
    if (personIds.length > peopleMax)
      throw new TooManyPeople(`Au plus ${peopleMax} personnes à la fois.`);
    const { rows } = await this.database.query<
      Omit<AccountTraces, 'ent' | 'entDeletedOn' | 'queued'> & {
        readonly mayBeMade: boolean;
        readonly structureIds: readonly string[];
      }
    >(
      `select person_id as "personId", account_id as "accountId", state,
              case when state = 'CLOSING' then coalesce(closing_ends_on::text, '') else '' end as "closingEndsOn",
              source_key <> '' or coalesce(ent_external_id, '') <> '' as "hasSourceKey", coalesce(login, '') <> '' as "hasLogin",
              coalesce(ent_id, '') as "entId",
              letters.printed as "lettersPrinted", letters.last_on as "lastLetterOn",
              array(select ent_id from ent_structure s where s.uai = account.uai) as "structureIds",
              exists (select from ent_task t where t.account_id = account.account_id and t.attempts > 0) as "mayBeMade"
         from account cross join lateral (
           select count(*)::int as printed, coalesce(max(business_date)::text, '') as last_on from platform.audit_entry
           where subject = 'account:' || account_id and action = 'letter.printed') letters
         where person_id = any($1::uuid[]) order by 1, 2`,
      [personIds],
    );
    const queued = await this.queue.accountIds();
    const traces: AccountTraces[] = [];
    for (const { mayBeMade, structureIds, ...row } of rows) {
      const isQueued = queued.has(row.accountId);
      traces.push({
        ...row,
        queued: isQueued,
        ...(await this.whereabouts(row.entId, structureIds, mayBeMade)),
      });
    }
    return traces;
  }

  /** A creation of before that nobody has heard of may still be done: it is looked for until it cannot be any more. */
  private async whereabouts(
    entId: string,
    structureIds: readonly string[],
    mayBeMade: boolean,
  ): Promise<Pick<AccountTraces, 'ent' | 'entDeletedOn'>> {
    if (entId === '') return { ent: mayBeMade ? 'UNKNOWN' : 'ABSENT', entDeletedOn: '' };
    try {
      const found = await this.ent.whereaboutsOf(entId, structureIds);
      const deletedAt = found.is === 'PRE_DELETED' ? found.deletedAt : undefined;
      return { ent: found.is, entDeletedOn: deletedAt ? parisDateOf(deletedAt) : '' };
    } catch (error) {
      if (error instanceof EntUnavailable || error instanceof EntRefused)
        return { ent: 'UNKNOWN', entDeletedOn: '' };
      throw error;
    }
  }
}
