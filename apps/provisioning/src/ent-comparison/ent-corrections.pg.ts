import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { nameAgain } from '../accounts/accounts.module.js';
import type { FoundElsewhere } from './domain/ent-school.js';
import type { SeenClass } from './domain/class-labels.js';
import type {
  BookedPlace,
  Exchanged,
  LinksDiffer,
  Pair,
  SeenUser,
} from './domain/school-comparison.js';

/** Puts the books right about what the ENT has; what it must be told then is asked of the account (`Accounts.save`). */
@Injectable()
export class EntCorrections {
  /**
   * Of these accounts, locked by the caller: those whose books are as they were looked at, and of whom the ENT is not
   * being told. Who waits for its first user is, and counts as long as nobody has asked the ENT for one; so does whose work
   * a person has refused, and who was shut out there, whatever a plan holds.
   */
  async unchanged(
    tx: Transaction,
    looked: readonly { accountId: string; entId: string | null; isRemoved: boolean }[],
    shutOut: readonly string[] = [],
  ): Promise<Set<string>> {
    const { rows } = await tx.query<{ account_id: string }>(
      `select a.account_id from account a
       join unnest($1::uuid[], $2::text[], $3::boolean[]) as x(account_id, ent_id, removed)
         on x.account_id = a.account_id and x.ent_id is not distinct from a.ent_id and x.removed = a.ent_removed
       left join ent_task t on t.account_id = a.account_id left join ent_plan_part p on p.part_id = t.part_id
       where t.account_id is null or t.refused_code <> '' or (a.ent_id is null and t.attempts = 0)
         or (t.gate = 'HELD' and (p.state = 'REJECTED' or a.account_id = any($4::uuid[])))`,
      [
        looked.map(({ accountId }) => accountId),
        looked.map(({ entId }) => entId),
        looked.map(({ isRemoved }) => isRemoved),
        shutOut,
      ],
    );
    return new Set(rows.map(({ account_id }) => account_id));
  }

  /** The ENT has no such user. An open or waiting account is made anew; a closing one is not, and keeps its key. */
  async forget(tx: Transaction, accountIds: readonly string[]): Promise<void> {
    await tx.query(
      `update account a set ent_id = null, login = null, ent_blocked = false,
         ent_identity = null, ent_mail = null where account_id = any($1::uuid[])`,
      [accountIds],
    );
    await nameAgain(tx, accountIds);
    await this.replacePlaces(tx, accountIds, []);
    await tx.query(
      'delete from ent_link where relative_account_id = any($1::uuid[]) or student_account_id = any($1::uuid[])',
      [accountIds],
    );
  }

  /**
   * The user that an account is in the ENT, with what it has there. Its externalId is kept where it is not ours of
   * today: the ENT never lets it be changed.
   */
  async take(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    // The ENT has each once: whoever was to be made under one of these is made under its own id.
    await tx.query(
      `update account a set ent_external_id = null from unnest($1::uuid[], $2::text[]) as x(account_id, external_id)
       where a.ent_external_id = x.external_id and a.account_id <> x.account_id and a.ent_id is null and a.state <> 'DELETED'`,
      [pairs.map(({ account }) => account.accountId), pairs.map(({ user }) => user.externalId)],
    );
    await tx.query(
      `update account a set ent_id = x.ent_id, login = x.login, ent_blocked = x.blocked, ent_removed = false,
         ent_external_id = nullif(x.external_id, a.account_id::text), ent_identity = null, ent_mail = null
       from jsonb_to_recordset($1) as x(account_id uuid, ent_id text, login text, blocked boolean, external_id text)
       where a.account_id = x.account_id`,
      [
        JSON.stringify(
          pairs.map(({ account, user }) => ({
            ...{ account_id: account.accountId, ent_id: user.entId, login: user.login },
            ...{ blocked: user.isBlocked, external_id: user.externalId },
          })),
        ),
      ],
    );
    await this.blockUrgentlyAgain(tx, pairs);
  }

  async recordBlocks(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    await tx.query(
      `update account a set ent_blocked = x.blocked from unnest($1::uuid[], $2::boolean[]) as x(account_id, blocked)
       where a.account_id = x.account_id`,
      [pairs.map(({ account }) => account.accountId), pairs.map(({ user }) => user.isBlocked)],
    );
    await this.blockUrgentlyAgain(tx, pairs);
  }

  /** Found once, and again only after another activation there. */
  async recordLostActivations(
    tx: Transaction,
    pairs: readonly Pair[],
    on: LocalDate,
  ): Promise<void> {
    await tx.query(
      `insert into lost_activation (account_id, found_on) select unnest($1::uuid[]), $2 on conflict do nothing`,
      [pairs.map(({ account }) => account.accountId), on],
    );
  }

  /** These users of the ENT are activated. */
  async endLostActivations(tx: Transaction, entIds: readonly string[]): Promise<void> {
    await tx.query(
      'delete from lost_activation l using account a where a.account_id = l.account_id and a.ent_id = any($1)',
      [entIds],
    );
  }

  /** Both accounts of each exchange, at once and until it is corrected in the ENT: no plan holds it (PRV-8). */
  async blockExchanged(
    tx: Transaction,
    exchanged: readonly Exchanged[],
    on: LocalDate,
  ): Promise<void> {
    await tx.query(
      `insert into ent_urgent_block (account_id, cause, decided_by, reason, decided_on)
       select account_id, 'EXCHANGE', '', 'IDENTIFIANTS_ECHANGES', $2 from account
       where account_id = any($1::uuid[]) and ent_id is not null and not ent_removed
       on conflict (account_id) do nothing`,
      [exchanged.flatMap(({ account, other }) => [account.accountId, other.accountId]), on],
    );
  }

  /** Accounts whose user bears its own identifier again. */
  async liftExchanged(tx: Transaction, users: readonly SeenUser[]): Promise<void> {
    await tx.query({
      name: 'lift-exchanged',
      text: `update ent_urgent_block u set wanted = false, told = false, not_before = now()
       from account a join unnest($1::text[], $2::text[]) as x(ent_id, external_id)
         on x.ent_id = a.ent_id and x.external_id = coalesce(a.ent_external_id, a.account_id::text)
       where u.account_id = a.account_id and u.cause = 'EXCHANGE' and u.wanted`,
      values: [users.map(({ entId }) => entId), users.map(({ externalId }) => externalId)],
    });
  }

  private async blockUrgentlyAgain(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    const letIn = pairs.filter(({ user }) => !user.isBlocked);
    await tx.query(
      'update ent_urgent_block set told = false, not_before = now() where account_id = any($1::uuid[]) and wanted',
      [letIn.map(({ account }) => account.accountId)],
    );
  }

  /** Renamed there by others: the ENT is told anew. */
  async forgetNames(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    await tx.query('update account set ent_identity = null where account_id = any($1::uuid[])', [
      pairs.map(({ account }) => account.accountId),
    ]);
  }

  async recordPlaces(
    tx: Transaction,
    accounts: readonly { accountId: string; places: readonly BookedPlace[] }[],
  ): Promise<void> {
    await this.replacePlaces(
      tx,
      accounts.map(({ accountId }) => accountId),
      accounts.flatMap(({ accountId, places }) => places.map((each) => ({ accountId, ...each }))),
    );
  }

  /** In another school than theirs: the classes that they leave are those that we made. */
  async recordElsewhere(
    tx: Transaction,
    accounts: readonly Pick<FoundElsewhere, 'accountId' | 'classIds'>[],
  ): Promise<void> {
    const { rows } = await tx.query<BookedPlace>(
      'select uai, label, ent_id as "classId" from ent_class where ent_id = any($1)',
      [accounts.flatMap(({ classIds }) => classIds)],
    );
    await this.recordPlaces(
      tx,
      accounts.map(({ accountId, classIds }) => ({
        accountId,
        places: rows.filter(({ classId }) => classIds.includes(classId)),
      })),
    );
  }

  /**
   * One that was deleted there by others and restored: where it is, whom it is linked with and whether it is blocked, by
   * what the ENT says of it. Its names are told anew. Returns the guardians who have to be told of a link again.
   */
  async takeBack(
    tx: Transaction,
    back: Pick<FoundElsewhere, 'accountId' | 'classIds'> & {
      readonly isBlocked: boolean;
      readonly parentEntIds: readonly string[];
      readonly childEntIds: readonly string[];
    },
  ): Promise<string[]> {
    const { accountId, isBlocked, parentEntIds, childEntIds } = back;
    await tx.query(
      'update account set ent_blocked = $2, ent_identity = null where account_id = $1',
      [accountId, isBlocked],
    );
    await this.recordElsewhere(tx, [back]);
    const { rows } = await tx.query<{ guardian: string; linked: boolean }>(
      `update ent_link l set linked = o.ent_id = any($2) from account o
       where (l.relative_account_id = $1 and o.account_id = l.student_account_id)
         or (l.student_account_id = $1 and o.account_id = l.relative_account_id)
       returning l.relative_account_id as guardian, l.linked`,
      [accountId, [...parentEntIds, ...childEntIds]],
    );
    return rows.flatMap(({ guardian, linked }) => (linked ? [] : [guardian]));
  }

  async recordLinks(tx: Transaction, links: readonly LinksDiffer[]): Promise<void> {
    const rows = links.flatMap(({ account, lostChildIds, extraChildIds }) => [
      ...lostChildIds.map((childId) => ({ relative: account.accountId, childId, linked: false })),
      ...extraChildIds.map((childId) => ({ relative: account.accountId, childId, linked: true })),
    ]);
    await tx.query(
      `insert into ent_link (relative_account_id, student_account_id, linked)
       select * from unnest($1::uuid[], $2::uuid[], $3::boolean[])
       on conflict (relative_account_id, student_account_id) do update set linked = excluded.linked`,
      [
        rows.map(({ relative }) => relative),
        rows.map(({ childId }) => childId),
        rows.map(({ linked }) => linked),
      ],
    );
  }

  /** Structure and classes under the identifiers of now; those that are gone are made anew where they are needed. */
  async recordPlacesOfSchool(
    tx: Transaction,
    uai: string,
    structureId: string | undefined,
    classIds: readonly string[],
    found: readonly SeenClass[],
  ): Promise<void> {
    await tx.query('delete from ent_class where uai = $1 and not ent_id = any($2)', [
      uai,
      classIds,
    ]);
    const values = [uai, found.map(({ label }) => label), found.map(({ entId }) => entId)];
    await tx.query(
      `insert into ent_class (uai, label, ent_id) select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing`,
      values,
    );
    await tx.query(
      `update ent_place p set ent_class_id = x.ent_id from unnest($2::text[], $3::text[]) as x(label, ent_id)
       where p.uai = $1 and p.class_label = x.label`,
      values,
    );
    if (structureId !== undefined) {
      await tx.query('update ent_structure set ent_id = $2 where uai = $1', [uai, structureId]);
      return;
    }
    await tx.query('delete from ent_structure where uai = $1', [uai]);
    // Nobody reads what is not there; the day would never be quiet.
    await tx.query('delete from structure_reading where uai = $1', [uai]);
  }

  private async replacePlaces(
    tx: Transaction,
    accountIds: readonly string[],
    places: readonly (BookedPlace & { accountId: string })[],
  ): Promise<void> {
    await tx.query('delete from ent_place where account_id = any($1::uuid[])', [accountIds]);
    await tx.query(
      `insert into ent_place (account_id, uai, class_label, ent_class_id)
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) on conflict do nothing`,
      [
        places.map(({ accountId }) => accountId),
        places.map(({ uai }) => uai),
        places.map(({ label }) => label),
        places.map(({ classId }) => classId),
      ],
    );
  }
}
