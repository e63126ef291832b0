import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { EndCause, MembershipStatus } from './domain/membership.js';
import { type EndingMembership, MembershipEnds } from './membership-ends.repository.js';

@Injectable()
export class PgMembershipEnds extends MembershipEnds {
  async findForUpdate(
    tx: Transaction,
    membershipId: string,
  ): Promise<EndingMembership | undefined> {
    const { rows } = await tx.query<EndingRow>(
      `select m.id, m.organisation_id, o.name, o.kind, o.siren, m.market_code, m.status, m.starts_on, m.ends_on, m.end_cause
         from membership m join organisation o on o.id = m.organisation_id
        where m.id = $1 for no key update of m`,
      [membershipId],
    );
    const row = rows[0];
    return row && fromRow(row);
  }

  async move(
    tx: Transaction,
    membershipId: string,
    endsOn: LocalDate,
    cause: EndCause | undefined,
  ): Promise<number> {
    const { rows } = await tx.query<{ version: bigint }>(
      `update membership set ends_on = $2, end_cause = $3, version = version + 1 where id = $1 returning version`,
      [membershipId, endsOn, cause ?? null],
    );
    return Number(rows[0]?.version);
  }

  async prolong(tx: Transaction, marketCode: string, to: LocalDate) {
    // Locked in one order, since orders lock memberships too.
    const { rows } = await tx.query<{ id: string; version: bigint }>(
      `with prolonged as (select id from membership
                           where market_code = $1 and status = 'ACTIVE' and end_cause is null and ends_on < $2
                           order by id for no key update)
       update membership m set ends_on = $2, version = m.version + 1
         from prolonged where m.id = prolonged.id returning m.id, m.version`,
      [marketCode, to],
    );
    return rows
      .map(({ id, version }) => ({ membershipId: id, version: Number(version) }))
      .sort((a, b) => (a.membershipId < b.membershipId ? -1 : 1));
  }

  async raiseVersion(tx: Transaction, membershipId: string): Promise<number> {
    const { rows } = await tx.query<{ version: bigint }>(
      'update membership set version = version + 1 where id = $1 returning version',
      [membershipId],
    );
    return Number(rows[0]?.version);
  }

  async endDue(tx: Transaction, day: LocalDate, membershipId?: string) {
    // Locked in one order, since orders lock memberships too.
    const { rows } = await tx.query<{
      id: string;
      version: bigint;
      ends_on: LocalDate;
      end_cause: EndCause;
    }>(
      `with due as (select id from membership
                     where status = 'ACTIVE' and ends_on <= $1 and ($2::text is null or id = $2)
                     order by id for no key update)
       update membership m
          set status = 'ENDED', end_cause = coalesce(m.end_cause, 'END_OF_MARKET'), version = m.version + 1
         from due where m.id = due.id returning m.id, m.version, m.ends_on, m.end_cause`,
      [day, membershipId ?? null],
    );
    return rows.map(({ id, version, ends_on, end_cause }) => ({
      membershipId: id,
      version: Number(version),
      endsOn: ends_on,
      cause: end_cause,
    }));
  }

  async firstDayBelowCommitment(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<{
      item_code: string;
      on_day: LocalDate;
      ordered: bigint;
      commitment: bigint;
    }>(
      `select b.* from membership m, days_below_commitment(m.id, m.starts_on) b
        where m.id = $1 order by b.on_day, b.item_code limit 1`,
      [membershipId],
    );
    const row = rows[0];
    return (
      row && {
        itemCode: row.item_code,
        firstDay: row.on_day,
        wouldBe: Number(row.ordered),
        commitment: Number(row.commitment),
      }
    );
  }
}

type EndingRow = {
  id: string;
  organisation_id: string;
  name: string;
  kind: string;
  siren: string;
  market_code: string;
  status: MembershipStatus;
  starts_on: LocalDate | null;
  ends_on: LocalDate | null;
  end_cause: EndCause | null;
};

function fromRow(row: EndingRow): EndingMembership {
  return {
    membershipId: row.id,
    organisationId: row.organisation_id,
    organisationName: row.name,
    organisationKind: row.kind,
    siren: row.siren,
    marketCode: row.market_code,
    status: row.status,
    ...(row.starts_on && row.ends_on ? { startsOn: row.starts_on, endsOn: row.ends_on } : {}),
    ...(row.end_cause ? { endCause: row.end_cause } : {}),
  };
}
