import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { together, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { takeTurns } from '../copies/copies.module.js';
import { toEvent } from './account-events.js';
import { askEnt } from './ask-ent.pg.js';
import {
  type AccountRow,
  accountColumns,
  accountOf,
  changingColumns,
  changedValues,
  selectAccount,
  transitionRow,
  rowOf,
  accountTypes,
} from './account-rows.pg.js';
import type { Profile } from './domain/account.js';
import type { Account, Stepped } from './domain/step.js';

/** Accounts, their history and the facts told about them: written together, thousands at once. */
@Injectable()
export class Accounts {
  constructor(private readonly outbox: Outbox) {}

  /** Locks in one order, so that two writers wait rather than deadlock. DELETED ones are left out. */
  async ofPeople(tx: Transaction, personIds: readonly string[]): Promise<Account[]> {
    const { rows } = await tx.query<AccountRow>(
      `${selectAccount} where person_id = any($1::uuid[]) and state <> 'DELETED' order by account_id for update`,
      [personIds],
    );
    return rows.map(accountOf);
  }

  async byIds(tx: Transaction, accountIds: readonly string[]): Promise<Map<string, Account>> {
    const { rows } = await tx.query<AccountRow>({
      ...{ name: 'accounts-by-id', values: [accountIds] },
      text: `${selectAccount} where account_id = any($1::uuid[]) order by account_id for update`,
    });
    return new Map(rows.map((row) => [row.account_id, accountOf(row)]));
  }

  /** Accounts whose grace period is over on a day (PRV-3). */
  async graceOver(tx: Transaction, day: LocalDate, limit: number): Promise<Account[]> {
    const { rows } = await tx.query<AccountRow>(
      `${selectAccount} where state = 'CLOSING' and closing_ends_on <= $1
       order by closing_ends_on, account_id limit $2 for update`,
      [day, limit],
    );
    return rows.map(accountOf);
  }

  /** The latest enrolled of those who hold a seat of a pool, latest first (PRV-7). */
  async latestHolders(tx: Transaction, pool: Pool, limit: number): Promise<Account[]> {
    const { rows } = await tx.query<AccountRow>(
      `${selectAccount} where membership_id = $1 and item_code = $2 and holds_seat
       order by entry_on desc, source_key desc, account_id desc limit $3 for update`,
      [pool.membershipId, pool.itemCode, limit],
    );
    return rows.map(accountOf);
  }

  /**
   * Those who ask for a seat of a pool, first come first (PRV-2). Who holds one of the same member's other
   * market goes before, and who comes with its school: neither a handover (MKT-5) nor a transfer (ADH-5, SCH-2)
   * displaces a holder for someone who waits.
   */
  async asking(tx: Transaction, pool: Pool, limit: number): Promise<Account[]> {
    const { rows } = await tx.query<AccountRow>(
      `${selectAccount} where (membership_id = $1 and item_code = $2 and item_code <> ''
          and state in ('REQUESTED', 'WAITING_SEAT'))
         or (next_membership_id = $1 and next_item_code = $2)
       order by (holds_seat and (next_uai is not distinct from uai or membership_id in (
           select other.membership_id from membership own join membership other using (organisation_id)
           where own.membership_id = $1 and other.market_code <> own.market_code))) desc,
         entry_on, source_key, account_id limit $3 for update`,
      [pool.membershipId, pool.itemCode, limit],
    );
    return rows.map(accountOf);
  }

  /** Those for whom nothing was decided yet, in a pool without a free seat. */
  async undecided(tx: Transaction, pool: Pool, limit: number): Promise<Account[]> {
    const { rows } = await tx.query<AccountRow>(
      `${selectAccount} where (membership_id = $1 and item_code = $2 and state = 'REQUESTED')
         or (next_membership_id = $1 and next_item_code = $2)
       order by entry_on, source_key, account_id limit $3 for update`,
      [pool.membershipId, pool.itemCode, limit],
    );
    return rows.map(accountOf);
  }

  /**
   * Writes accounts (new ones too), their steps, the events and what the ENT must now be told.
   * The seats held follow by trigger; the database refuses the one too many.
   */
  async save(tx: Transaction, changed: readonly (Stepped & { isNew?: true })[]): Promise<void> {
    if (changed.length === 0) return;
    await together(
      this.write(tx, changed),
      askEnt(
        tx,
        changed.map(({ account }) => account.accountId),
      ),
    );
  }

  /** As `save`, sent at once, in one journey; what the ENT must be told is asked by whoever calls. */
  async write(tx: Transaction, changed: readonly (Stepped & { isNew?: true })[]): Promise<void> {
    if (changed.length === 0) return;
    const rowsOf = (isNew: boolean) =>
      JSON.stringify(
        changed
          .filter((each) => (each.isNew === true) === isNew)
          .map(({ account }) => rowOf(account)),
      );
    const steps = changed.flatMap((each) => each.steps);
    // One statement: the database judges accounts and their transitions when it ends (PRV-3). A new account is named for its
    // way in at once: it bears that name before the ENT may hear of it, and of two one alone (AUT-1).
    const text = `with stepped as (
         insert into account_transition (account_id, sequence, from_state, to_state, effective_on, cause,
           uai, membership_id, item_code, failure_code, decided_by, reason)
         select * from jsonb_to_recordset($3) as x(account_id uuid, sequence bigint, from_state text,
           to_state text, effective_on date, cause text, uai text, membership_id text, item_code text,
           failure_code text, decided_by text, reason text)),
       kept as (
         update account a set (${changingColumns}) = (${changedValues})
         from jsonb_to_recordset($2) as x(${accountTypes}) where a.account_id = x.account_id)
       insert into account (${accountColumns}, ent_external_id)
       select ${accountColumns}, case when row_number() over (partition by key order by account_id) = 1 then key end
       from jsonb_to_recordset($1) as x(${accountTypes}) left join lateral (
         select p.external_ids ->> x.profile as key from person p
         where p.person_id = x.person_id and not exists (
           select from account o where o.ent_external_id = p.external_ids ->> x.profile and o.state <> 'DELETED')) k on true`;
    const values = [rowsOf(true), rowsOf(false), JSON.stringify(steps.map(transitionRow))];
    const sent: Promise<unknown>[] = [tx.query({ name: 'accounts-stepped', text, values })];
    if (steps.length > 0) sent.push(this.outbox.add(tx, ...steps.map(toEvent)));
    await together(...sent);
  }

  /** Families whose accounts both exist in the ENT and are not linked there yet: the relative's work. */
  async linkFamilies(
    tx: Transaction,
    members: readonly Pick<Account, 'personId' | 'profile'>[],
  ): Promise<void> {
    const peopleOf = (wanted: Profile) =>
      members.filter(({ profile }) => profile === wanted).map(({ personId }) => personId);
    const [students, relatives] = [peopleOf('STUDENT'), peopleOf('RELATIVE')];
    if (students.length + relatives.length === 0) return;
    type Guardian = { relative_account_id: string };
    // Read behind the turn: each statement sees what others had committed when it began.
    const turn = takeTurns(tx, 'families');
    const linked = tx.query<Guardian>({
      ...{ name: 'families-linked', values: [students, relatives] },
      text: `with family as (
         select p.person_id, c.child_id from person p cross join lateral unnest(p.child_ids) as c(child_id)
         where p.child_ids && $1::uuid[] and c.child_id = any($1::uuid[])
         union
         select p.person_id, c.child_id from person p cross join lateral unnest(p.child_ids) as c(child_id)
         where p.person_id = any($2::uuid[])
       )
       insert into ent_link (relative_account_id, student_account_id, linked)
       select r.account_id, s.account_id, false from family f
       join account r on r.person_id = f.person_id and r.profile = 'RELATIVE' and r.ent_id is not null and not r.ent_removed
       join account s on s.person_id = f.child_id and s.profile = 'STUDENT' and s.ent_id is not null and not s.ent_removed
       on conflict do nothing
       returning relative_account_id`,
    });
    // Those linked in the ENT to pupils whose place may have changed: they follow.
    const following = tx.query<Guardian>({
      ...{ name: 'families-following', values: [students] },
      text: `select distinct l.relative_account_id from account s join ent_link l on l.student_account_id = s.account_id
       where s.person_id = any($1::uuid[]) and s.profile = 'STUDENT' and l.linked`,
    });
    const [, ...found] = await together(turn, linked, following);
    const guardians = found.flatMap(({ rows }) => rows.map((row) => row.relative_account_id));
    await askEnt(tx, [...new Set(guardians)]);
  }
}

export type Pool = { readonly membershipId: string; readonly itemCode: string };
