import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import {
  type AccountState,
  isBlockedInEnt,
  isUrgentlyBlocked,
  type Profile,
} from '../accounts/accounts.module.js';
import type { BooksSide, DirectorySide, SidePlace } from './domain/account-sides.js';

/** Its work towards the ENT; undefined: there is none. */
export type AccountWork = {
  /** OPEN, GATHERED or HELD. */
  readonly gate: string;
  /** Empty: it is being told, or is about to be. */
  readonly refusedCode: string;
};
export type BookedSides = {
  readonly accountId: string;
  readonly personId: string;
  readonly marketCode: string;
  readonly state: AccountState;
  readonly failureCode: string;
  readonly directory: DirectorySide | null;
  readonly books: BooksSide;
  readonly work: AccountWork | undefined;
};

/** Of one account: what the directory has told of its person, what the books say, and what the ENT is still to be told. */
@Injectable()
export class AccountBooks {
  constructor(private readonly database: Database) {}

  async one(
    accountId: string,
    tx: Pick<Transaction, 'query'> = this.database,
  ): Promise<BookedSides | undefined> {
    const { rows } = await tx.query<Row>(sides, [accountId]);
    return rows[0] && fromRow(rows[0]);
  }
}

const places = (rows: string) =>
  `(select coalesce(jsonb_agg(distinct jsonb_build_object('uai', x.uai, 'label', x.class_label)), '[]') from ${rows})`;

const sides = `
  select a.account_id, a.person_id, a.profile, a.state, a.failure_code, coalesce(m.market_code, '') as market_code,
    a.ent_id, a.ent_removed, coalesce(a.ent_external_id, a.account_id::text) as external_id, coalesce(a.login, '') as login,
    a.activated, p.last_name, p.first_name, p.birth_date,
    coalesce(a.ent_identity = ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date), false) as is_named,
    case when coalesce(w.way, 'LOCAL') <> 'LOCAL' then coalesce(ent_key_of(a), '') else '' end as key,
    ent_way_in_gap(a, w.way) = 'KEY_LATE' as has_late_key, ${isUrgentlyBlocked} as urgent,
    ${places(`ent_wanted_place x where x.account_id = a.account_id and exists (
      select from person_enrolment e, platform.business_day d where e.person_id = a.person_id and e.profile = a.profile
        and e.starts_on <= d.day and (e.ends_on is null or e.ends_on > d.day))`)} as wanted,
    ${places('ent_place x where x.account_id = a.account_id')} as told,
    array(select o.ent_id from account o left join person r on r.person_id = o.person_id
      where o.ent_id is not null and not o.ent_removed
        and ((a.profile = 'RELATIVE' and o.profile = 'STUDENT' and o.person_id = any(p.child_ids))
          or (a.profile = 'STUDENT' and o.profile = 'RELATIVE' and r.child_ids @> array[a.person_id])) order by 1) as family,
    array(select o.ent_id from ent_link l join account o
        on (l.relative_account_id = a.account_id and o.account_id = l.student_account_id)
          or (l.student_account_id = a.account_id and o.account_id = l.relative_account_id)
      where l.linked and o.ent_id is not null and not o.ent_removed order by 1) as linked,
    t.gate, t.refused_code
  from account a left join person p using (person_id) left join membership m using (membership_id)
  left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile
  left join ent_task t on t.account_id = a.account_id
  where a.account_id = $1`;

type Row = {
  account_id: string;
  person_id: string;
  profile: Profile;
  state: AccountState;
  failure_code: string;
  market_code: string;
  ent_id: string | null;
  ent_removed: boolean;
  external_id: string;
  login: string;
  activated: boolean;
  last_name: string | null;
  first_name: string | null;
  birth_date: string | null;
  is_named: boolean;
  key: string;
  has_late_key: boolean | null;
  urgent: boolean;
  wanted: SidePlace[];
  told: SidePlace[];
  family: string[];
  linked: string[];
  gate: string | null;
  refused_code: string | null;
};

function fromRow(row: Row): BookedSides {
  const { last_name: lastName, first_name: firstName, birth_date: birthDate } = row;
  const { gate, refused_code: refusedCode } = row;
  return {
    ...{ accountId: row.account_id, personId: row.person_id, marketCode: row.market_code },
    state: row.state,
    failureCode: row.failure_code,
    directory:
      lastName === null || firstName === null || birthDate === null
        ? null
        : {
            ...{ lastName, firstName, birthDate, key: row.key },
            ...{ places: row.wanted, familyEntIds: row.family },
          },
    books: {
      ...{ state: row.state, profile: row.profile, entId: row.ent_id, isRemoved: row.ent_removed },
      ...{ externalId: row.external_id, hasLateKey: row.has_late_key === true, login: row.login },
      ...{ mustBeBlocked: isBlockedInEnt(row.state) || row.urgent, wasUsed: row.activated },
      ...{ isNamed: row.is_named, places: row.told, familyEntIds: row.linked },
    },
    work: gate === null || refusedCode === null ? undefined : { gate, refusedCode },
  };
}
