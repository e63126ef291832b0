import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { annexe2Reference } from '../adhesion/commitments/commitments.module.js';
import { arraysOf, type Transaction } from '#libs/persistence';
import type { LocalDate, QuantityChange } from '#libs/time';
import type { DocumentReference, Recorded } from '#libs/trade';
import type { Plan } from './domain/plan.js';

export type ItemChange = QuantityChange & { readonly itemCode: string };

/** A school that passes, with the days it has with the successor. */
export type SchoolPassing = {
  readonly uai: string;
  /** First day without it on one side, and with it on the other. */
  readonly startsOn: LocalDate;
  /** Empty: until the membership ends. */
  readonly endsOn: LocalDate | '';
  readonly insee: string;
  readonly territoryException: string;
};

/** What passes with a succession beside orders. To write, both memberships are locked. */
@Injectable()
export class Transfers {
  /** The verified annex 2, as events name it: where the membership came by succession, that of its origin. */
  async annexe2Of(tx: Transaction, membershipId: string): Promise<DocumentReference | undefined> {
    const signed = await tx.row<Pick<DocumentReference, 'sha256' | 'datedOn'>>(
      // A member by succession has none of its own: it is that of whom it succeeded to.
      `with recursive origin (membership_id, depth) as (
         select $1::text, 0
         union
         select s.predecessor_membership_id, o.depth + 1
           from origin o join succession s on s.successor_membership_id = o.membership_id and s.is_successor_created
          where o.depth < 20)
       select sha256, dated_on as "datedOn" from annexe2 join origin using (membership_id) where verified_by is not null
        order by depth, id desc limit 1`,
      [membershipId],
    );
    return signed && annexe2Reference(signed);
  }

  async moveCommitment(
    tx: Transaction,
    { successionId }: Plan,
    membershipId: string,
    changes: readonly ItemChange[],
    on: LocalDate,
  ): Promise<void> {
    await tx.query(
      `insert into commitment_change (membership_id, item_code, effective_from, delta, succession_id, recorded_on)
       select $1, c.item_code, c.effective_from, c.delta, $2, $3
         from unnest($4::text[], $5::date[], $6::bigint[]) as c (item_code, effective_from, delta)`,
      [membershipId, successionId, on, ...arraysOf(changes, 'itemCode', 'effectiveFrom', 'delta')],
    );
  }

  /** UAI of schools that the membership finances on a day or later. */
  schoolsFrom(tx: Transaction, membershipId: string, day: LocalDate): Promise<string[]> {
    return tx.column<string>(
      `select distinct uai from school_link
        where membership_id = $1 and ends_on > greatest(starts_on, $2::date) order by uai`,
      [membershipId, day],
    );
  }

  /** Ends the links on the day (those that begin later: on their first day) and gives them, by UAI; undefined: all schools. */
  async cutSchools(
    tx: Transaction,
    membershipId: string,
    from: LocalDate,
    uais: readonly string[] | undefined,
  ): Promise<SchoolPassing[]> {
    const passing = await tx.rows<SchoolPassing>(
      `with passing as (
         select id, uai, greatest(starts_on, $2::date) as cut_on, ends_on, open_ended, insee, territory_exception
           from school_link
          where membership_id = $1 and ends_on > greatest(starts_on, $2::date)
            and ($3::text[] is null or uai = any($3)))
       update school_link l set ends_on = p.cut_on, open_ended = false, would_end_on = null
         from passing p where l.id = p.id
       returning p.uai, p.cut_on as "startsOn", case when p.open_ended then '' else p.ends_on::text end as "endsOn",
                 p.insee, coalesce(p.territory_exception, '') as "territoryException"`,
      [membershipId, from, uais],
    );
    return passing.sort((a, b) => (a.uai + a.startsOn < b.uai + b.startsOn ? -1 : 1));
  }

  /** `reason`: why a school stays that is not on the successor's territory (SCH-1). */
  async addSchools(
    tx: Transaction,
    membershipId: string,
    schools: readonly SchoolPassing[],
    { reason, by, on }: Recorded & { readonly reason: string },
  ): Promise<void> {
    await tx.query(
      `insert into school_link (id, membership_id, uai, starts_on, ends_on, open_ended, insee, territory_exception,
                                recorded_by, recorded_on)
       select s.id, m.id, s.uai, s.starts_on, coalesce(s.ends_on, m.ends_on), s.ends_on is null, s.insee,
              case when s.exception <> '' then s.exception
                   when o.kind = 'STATE' or s.insee = any(array_prepend(o.insee, o.communes)) then null
                   else $8 end,
              $9, $10
         from membership m join organisation o on o.id = m.organisation_id,
              unnest($2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::text[])
                as s (id, uai, starts_on, ends_on, insee, exception)
        where m.id = $1`,
      [
        membershipId,
        schools.map(() => randomUUID()),
        ...arraysOf(schools, 'uai', 'startsOn'),
        schools.map(({ endsOn }) => endsOn || null),
        ...arraysOf(schools, 'insee', 'territoryException'),
        reason,
        by,
        on,
      ],
    );
  }
}
