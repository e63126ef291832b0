import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import {
  type AccountState,
  isAccountIdForm,
  isBlockedInEnt,
  isOpen,
  isUrgentlyBlocked,
  type Profile,
} from '../accounts/accounts.module.js';
import type { BookedAccount, SeenUser } from './domain/school-comparison.js';

/** What our books say that the ENT has. */
@Injectable()
export class EntBooks {
  constructor(private readonly database: Database) {}

  /** Schools that the ENT should have, by UAI; one more than asked, for the cursor. */
  async schools(
    after: string,
    limit: number,
    markets: readonly string[] | undefined,
  ): Promise<string[]> {
    const { rows } = await this.database.query<{ uai: string }>(
      `select uai from (
         select uai from account where ent_id is not null and not ent_removed union select uai from ent_structure) as known
       where uai > $1 and ($3::text[] is null or exists (
         select from account a join membership m using (membership_id)
         where a.uai = known.uai and m.market_code = any($3)))
       order by uai limit $2`,
      [after, limit + 1, markets ?? null],
    );
    return rows.map(({ uai }) => uai);
  }

  /** Whether a market among these finances or last financed accounts of the school; undefined: every market. */
  async isOfMarkets(uai: string, markets: readonly string[] | undefined): Promise<boolean> {
    const { rows } = await this.database.query<{ is_so: boolean }>(
      `select $2::text[] is null or exists (
         select from account a join membership m using (membership_id)
         where a.uai = $1 and m.market_code = any($2)) as is_so`,
      [uai, markets ?? null],
    );
    return rows[0]?.is_so === true;
  }

  /** Of these users, whose account was never used by our books; also of who may not come in at the moment. */
  async unusedAmong(tx: Transaction, entIds: readonly string[]): Promise<string[]> {
    const { rows } = await tx.query<{ account_id: string }>(
      `select account_id from account where ent_id = any($1) and (state = 'PROVISIONED'
         or (not activated and state in ('SUSPENDED', 'WAITING_SEAT', 'CLOSING')))`,
      [entIds],
    );
    return rows.map(({ account_id }) => account_id);
  }

  /** Users among `entIds` of accounts that the books do not have as used. */
  async unusedUsersAmong(tx: Transaction, entIds: readonly string[]): Promise<string[]> {
    const { rows } = await tx.query<{ ent_id: string }>(
      `select ent_id from account where ent_id = any($1) and not activated order by ent_id`,
      [entIds],
    );
    return rows.map(({ ent_id }) => ent_id);
  }

  /** Relatives whose links to one of these the books have, made or to be made. */
  async guardiansOf(tx: Transaction, accountIds: readonly string[]): Promise<string[]> {
    const { rows } = await tx.query<{ account_id: string }>(
      `select distinct relative_account_id as account_id from ent_link where student_account_id = any($1::uuid[])`,
      [accountIds],
    );
    return rows.map(({ account_id }) => account_id);
  }

  /** Labels of the classes of a school that we made, by the ENT's identifiers. */
  async classes(uai: string): Promise<Map<string, string>> {
    const { rows } = await this.database.query<{ entId: string; label: string }>(
      'select ent_id as "entId", label from ent_class where uai = $1',
      [uai],
    );
    return new Map(rows.map(({ entId, label }) => [entId, label]));
  }

  /** Its name by the directory and the ENT's identifier of its structure; empty where the books have none. */
  async school(uai: string): Promise<{ readonly name: string; readonly structureId: string }> {
    const { rows } = await this.database.query<{ name: string; structureId: string }>(
      `select coalesce((select name from school where uai = $1), '') as name,
         coalesce((select ent_id from ent_structure where uai = $1), '') as "structureId"`,
      [uai],
    );
    return rows[0]!;
  }

  /**
   * Accounts of the school, and those that its users and their children are, of any school. Who waits for a seat, closes, or
   * is to be moved once a plan is approved is of the school where the ENT was told to have it: no call moves it meanwhile.
   */
  async accounts(uai: string, users: readonly SeenUser[]): Promise<BookedAccount[]> {
    const { rows } = await this.database.query<Row>(
      `select a.account_id, coalesce(a.ent_external_id, a.account_id::text) as external_id, a.profile, a.state, ${toldUai} as uai, a.ent_id, a.ent_removed, a.activated,
         a.state = 'ACTIVATED' and not exists (select from lost_activation l where l.account_id = a.account_id) as active,
         exists (select from ent_task t where t.account_id = a.account_id and t.refused_code = '')
           or exists (select from ent_urgent_block u where u.account_id = a.account_id and not u.told) as at_work,
         exists (select from ent_task t where t.account_id = a.account_id and t.gate = 'HELD') as held, a.ent_blocked, ${isUrgentlyBlocked} as urgent,
         exists (select from ent_task t join ent_plan_part r using (part_id)
           where t.account_id = a.account_id and t.gate = 'HELD' and r.state = 'REJECTED') as rejected,
         p.first_name, p.last_name, p.birth_date, a.holds_seat,
         a.state = 'PROVISIONED' and w.way <> 'LOCAL' and ent_way_in_gap(a, w.way) = 'KEY_LATE' as has_late_key,
         coalesce(a.ent_identity = ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date), false) as is_named,
         (select coalesce(jsonb_agg(jsonb_build_object('uai', t.uai, 'label', t.class_label, 'classId', t.ent_class_id)), '[]')
          from ent_place t where t.account_id = a.account_id) as places,
         array(select l.student_account_id from ent_link l where l.relative_account_id = a.account_id and l.linked
               order by l.student_account_id) as linked
       from account a left join person p using (person_id) left join membership m using (membership_id)
         left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile
       where (a.uai = $1 and not a.ent_removed and (a.ent_id is not null or a.state <> 'DELETED'))
         -- An array, so that each part of the condition has its index.
         or (a.account_id = any(array(select t.account_id from ent_place t join ent_class c on c.ent_id = t.ent_class_id where c.uai = $1))
           and not a.ent_removed and a.ent_id is not null)
         or a.ent_id = any($2) or a.account_id = any($3::uuid[]) or (a.ent_external_id = any($4) and a.state <> 'DELETED')
       order by a.account_id`,
      [
        uai,
        users.flatMap(({ entId, childEntIds }) => [entId, ...childEntIds]),
        users.map(({ externalId }) => externalId).filter(isAccountIdForm),
        users.map(({ externalId }) => externalId),
      ],
    );
    return rows.map(fromRow);
  }
}

/** SQL: the school in which the ENT should have account `a` at this moment. */
const toldUai = `case when a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')
    and not exists (select from ent_task t where t.account_id = a.account_id and t.gate = 'HELD') then a.uai
  else coalesce((select t.uai from ent_place t where t.account_id = a.account_id order by t.uai <> a.uai, t.uai limit 1), a.uai) end`;

type Row = {
  account_id: string;
  external_id: string;
  profile: Profile;
  state: AccountState;
  uai: string;
  places: BookedAccount['places'];
  ent_id: string | null;
  ent_removed: boolean;
  activated: boolean;
  active: boolean;
  at_work: boolean;
  held: boolean;
  rejected: boolean;
  ent_blocked: boolean;
  urgent: boolean;
  first_name: string | null;
  last_name: string | null;
  birth_date: string | null;
  holds_seat: boolean;
  has_late_key: boolean | null;
  is_named: boolean;
  linked: string[];
};

/** States in which an account may come to a user that the ENT has already. */
const awaiting: readonly AccountState[] = ['PROVISIONING', 'FAILED', 'WAITING_SEAT'];

function fromRow(row: Row): BookedAccount {
  const { state, first_name: firstName, last_name: lastName, birth_date: birthDate } = row;
  const mustBlock = isBlockedInEnt(state);
  return {
    accountId: row.account_id,
    externalId: row.external_id,
    profile: row.profile,
    uai: row.uai,
    places: row.places,
    entId: row.ent_id,
    isRemoved: row.ent_removed,
    mustBeBlocked: mustBlock || isOpen(state) ? mustBlock || row.urgent : null,
    isOpen: isOpen(state),
    awaitsUser: row.ent_id === null && awaiting.includes(state),
    ...{ isAtWork: row.at_work, isHeld: row.held, isToldBlocked: row.ent_blocked || row.urgent },
    isRejected: row.rejected,
    ...{ wasUsed: row.activated, isActive: row.active },
    ...{ holdsSeat: row.holds_seat, isNamed: row.is_named },
    hasLateKey: row.has_late_key === true,
    person:
      firstName === null || lastName === null || birthDate === null
        ? null
        : { firstName, lastName, birthDate },
    linkedChildIds: row.linked,
  };
}
