import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import type { Plan } from './domain/plan.js';
import { type ItemChange, type SchoolPassing, Transfers } from './transfers.repository.js';

@Injectable()
export class PgTransfers extends Transfers {
  async commit(
    tx: Transaction,
    membershipId: string,
    commitment: readonly ItemQuantity[],
  ): Promise<void> {
    await tx.query(
      `insert into commitment (membership_id, item_code, quantity)
       select $1, * from unnest($2::text[], $3::bigint[])`,
      [
        membershipId,
        commitment.map(({ itemCode }) => itemCode),
        commitment.map(({ quantity }) => quantity),
      ],
    );
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
      [
        membershipId,
        successionId,
        on,
        changes.map(({ itemCode }) => itemCode),
        changes.map(({ effectiveFrom }) => effectiveFrom),
        changes.map(({ delta }) => delta),
      ],
    );
  }

  async cutSchools(
    tx: Transaction,
    membershipId: string,
    from: LocalDate,
    uais: readonly string[] | undefined,
  ): Promise<SchoolPassing[]> {
    const { rows } = await tx.query<LinkRow>(
      `with passing as (
         select id, uai, greatest(starts_on, $2::date) as cut_on, ends_on, open_ended, insee, territory_exception
           from school_link
          where membership_id = $1 and ends_on > greatest(starts_on, $2::date)
            and ($3::text[] is null or uai = any($3)))
       update school_link l set ends_on = p.cut_on, open_ended = false, would_end_on = null
         from passing p where l.id = p.id
       returning p.uai, p.cut_on, p.ends_on, p.open_ended, p.insee, p.territory_exception`,
      [membershipId, from, uais ?? null],
    );
    return rows
      .map((row) => ({
        uai: row.uai,
        startsOn: row.cut_on,
        endsOn: row.open_ended ? ('' as const) : row.ends_on,
        insee: row.insee,
        territoryException: row.territory_exception ?? '',
      }))
      .sort((a, b) => (a.uai + a.startsOn < b.uai + b.startsOn ? -1 : 1));
  }

  async addSchools(
    tx: Transaction,
    membershipId: string,
    schools: readonly SchoolPassing[],
    { reason, by, on }: { readonly reason: string; readonly by: string; readonly on: LocalDate },
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
        schools.map(({ uai }) => uai),
        schools.map(({ startsOn }) => startsOn),
        schools.map(({ endsOn }) => endsOn || null),
        schools.map(({ insee }) => insee),
        schools.map(({ territoryException }) => territoryException),
        reason,
        by,
        on,
      ],
    );
  }
}

type LinkRow = {
  uai: string;
  cut_on: LocalDate;
  ends_on: LocalDate;
  open_ended: boolean;
  insee: string;
  territory_exception: string | null;
};
