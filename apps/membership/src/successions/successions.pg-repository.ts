import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Organisation } from '../organisations/organisations.module.js';
import type { MovedLine, Plan, SuccessionStatus } from './domain/plan.js';
import { SuccessionAlreadyPlanned } from './domain/succession-problems.js';
import { type CarriedOut, type Member, type Sides, Successions } from './successions.repository.js';

const uniqueViolation = '23505';
const member = `
  select m.id as "membershipId", m.organisation_id as "organisationId", m.market_code as "marketCode", m.status
    from membership m`;

@Injectable()
export class PgSuccessions extends Successions {
  async add(tx: Transaction, plans: readonly Plan[], on: LocalDate): Promise<void> {
    for (const plan of plans) {
      try {
        await tx.query(
          `insert into succession (id, group_id, market_code, kind, effective_on, predecessor_membership_id,
                                   successor_organisation_id, document, moved_lines, shares, schools, planned_by, planned_on)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
          [
            plan.successionId,
            plan.groupId,
            plan.marketCode,
            plan.kind,
            plan.effectiveOn,
            plan.predecessorMembershipId,
            plan.successorOrganisationId,
            JSON.stringify(plan.document),
            JSON.stringify(plan.movedLines),
            JSON.stringify(plan.shares),
            plan.schools,
            plan.plannedBy,
            on,
          ],
        );
      } catch (error) {
        if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
        throw new SuccessionAlreadyPlanned(
          'Une succession totale de ce membre est déjà prévue : annulez-la d’abord, s’il faut la changer.',
          { predecessorMembershipId: plan.predecessorMembershipId },
        );
      }
    }
  }

  async groupsDue(tx: Transaction, day: LocalDate): Promise<string[]> {
    const { rows } = await tx.query<{ group_id: string }>(
      `select group_id from succession where status = 'PLANNED' and effective_on <= $1
        group by group_id order by min(effective_on), bool_or(kind = 'FULL'), group_id`,
      [day],
    );
    return rows.map(({ group_id }) => group_id);
  }

  async groupForUpdate(tx: Transaction, groupId: string) {
    const { rows } = await tx.query<PlanRow>(
      `select * from succession where group_id = $1 order by id for update`,
      [groupId],
    );
    return rows.map(fromRow);
  }

  async groupOf(tx: Transaction, successionId: string) {
    const { rows } = await tx.query<{ groupId: string; marketCode: string }>(
      `select group_id as "groupId", market_code as "marketCode" from succession where id = $1`,
      [successionId],
    );
    return rows[0];
  }

  async markCarriedOut(tx: Transaction, done: CarriedOut): Promise<void> {
    await tx.query(
      `update succession set status = 'CARRIED_OUT', decided_on = $2, successor_membership_id = $3,
              is_successor_created = $4, predecessor_order_id = $5, successor_order_ids = $6, schools_moved = $7
        where id = $1`,
      [
        done.successionId,
        done.on,
        done.successorMembershipId,
        done.isSuccessorCreated,
        done.predecessorOrderId ?? null,
        done.successorOrderIds,
        done.schoolsMoved,
      ],
    );
  }

  async markStopped(
    tx: Transaction,
    groupId: string,
    stopped: {
      readonly status: 'CANCELLED' | 'BLOCKED';
      readonly on: LocalDate;
      readonly code: string;
      readonly reason: string;
    },
  ): Promise<void> {
    await tx.query(
      `update succession set status = $2, decided_on = $3, reason_code = $4, reason = $5 where group_id = $1`,
      [groupId, stopped.status, stopped.on, stopped.code, stopped.reason],
    );
  }

  async lock(tx: Transaction, plans: readonly Sides[]): Promise<void> {
    const organisations = plans.map(({ successorOrganisationId }) => successorOrganisationId);
    await tx.query('select 1 from organisation where id = any($1) order by id for no key update', [
      organisations,
    ]);
    await tx.query(
      `select 1 from membership
        where id = any($1) or (organisation_id = any($2) and market_code = any($3) and status in ('APPLIED', 'ACCEPTED', 'ACTIVE'))
        order by id for no key update`,
      [
        plans.map(({ predecessorMembershipId }) => predecessorMembershipId),
        organisations,
        plans.map(({ marketCode }) => marketCode),
      ],
    );
  }

  async member(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<Member>(`${member} where m.id = $1`, [membershipId]);
    return rows[0];
  }

  async memberOf(tx: Transaction, organisationId: string, marketCode: string) {
    const { rows } = await tx.query<Member>(
      `${member} where m.organisation_id = $1 and m.market_code = $2 and m.status in ('APPLIED', 'ACCEPTED', 'ACTIVE')`,
      [organisationId, marketCode],
    );
    return rows[0];
  }

  async memberBy(tx: Transaction, marketCode: string, sirenOrInsee: string) {
    const { rows } = await tx.query<Member>(
      `${member} join organisation o on o.id = m.organisation_id
        where m.market_code = $1 and m.status in ('ACTIVE', 'ENDED')
          and (o.siren = $2 or (o.kind = 'COMMUNE' and o.insee = $2))`,
      [marketCode, sirenOrInsee],
    );
    // A code that several members have says nothing (a commune nouvelle and one it was made of).
    const active = rows.filter(({ status }) => status === 'ACTIVE');
    const [found, other] = active.length > 0 ? active : rows;
    return other ? undefined : found;
  }

  async endCauseOf(tx: Transaction, membershipId: string): Promise<string | undefined> {
    const { rows } = await tx.query<{ end_cause: string | null }>(
      'select end_cause from membership where id = $1',
      [membershipId],
    );
    return rows[0]?.end_cause ?? undefined;
  }

  async organisation(tx: Transaction, organisationId: string) {
    const { rows } = await tx.query<Organisation>(
      `select id as "organisationId", siren, name, kind, coalesce(insee, '') as insee, communes, address,
              chorus_pro as "chorusPro" from organisation where id = $1`,
      [organisationId],
    );
    return rows[0];
  }

  async annexe2Of(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<{ sha256: string; dated_on: LocalDate }>(
      // A member by succession has none of its own: it is that of whom it succeeded to.
      `with recursive origin (membership_id, depth) as (
         select $1::text, 0
         union
         select s.predecessor_membership_id, o.depth + 1
           from origin o join succession s on s.successor_membership_id = o.membership_id and s.is_successor_created
          where o.depth < 20)
       select sha256, dated_on from annexe2 join origin using (membership_id) where verified_by is not null
        order by depth, id desc limit 1`,
      [membershipId],
    );
    const row = rows[0];
    return (
      row && {
        kind: 'ANNEXE2',
        title: 'Annexe 2, tableau d’engagement',
        sha256: row.sha256,
        datedOn: row.dated_on,
      }
    );
  }

  async annexe2Lines(tx: Transaction, membershipId: string): Promise<MovedLine[]> {
    const { rows } = await tx.query<{
      line: number;
      beneficiary: string;
      item_code: string;
      quantity: bigint;
    }>(
      `select line, beneficiary, item_code, quantity from annexe2_line
        where annexe2_id = (select id from annexe2 where membership_id = $1 and verified_by is not null
                             order by id desc limit 1)
        order by line`,
      [membershipId],
    );
    return rows.map(({ line, beneficiary, item_code: itemCode, quantity }) => ({
      line,
      beneficiary,
      itemCode,
      quantity: Number(quantity),
    }));
  }

  async linesTaken(tx: Transaction, membershipId: string): Promise<number[]> {
    const { rows } = await tx.query<{ line: number }>(
      `select (l ->> 'line')::integer as line from succession s, jsonb_array_elements(s.moved_lines) l
        where s.predecessor_membership_id = $1 and s.status in ('PLANNED', 'CARRIED_OUT')`,
      [membershipId],
    );
    return rows.map(({ line }) => line);
  }

  async schoolsFrom(tx: Transaction, membershipId: string, day: LocalDate): Promise<string[]> {
    const { rows } = await tx.query<{ uai: string }>(
      `select distinct uai from school_link
        where membership_id = $1 and ends_on > greatest(starts_on, $2::date) order by uai`,
      [membershipId, day],
    );
    return rows.map(({ uai }) => uai);
  }
}

type PlanRow = {
  id: string;
  group_id: string;
  market_code: string;
  kind: Plan['kind'];
  effective_on: LocalDate;
  predecessor_membership_id: string;
  successor_organisation_id: string;
  document: Plan['document'];
  moved_lines: Plan['movedLines'];
  shares: Plan['shares'];
  schools: string[];
  planned_by: string;
  status: SuccessionStatus;
};

function fromRow(row: PlanRow): Plan & { readonly status: SuccessionStatus } {
  return {
    successionId: row.id,
    groupId: row.group_id,
    marketCode: row.market_code,
    kind: row.kind,
    effectiveOn: row.effective_on,
    predecessorMembershipId: row.predecessor_membership_id,
    successorOrganisationId: row.successor_organisation_id,
    document: row.document,
    movedLines: row.moved_lines,
    shares: row.shares,
    schools: row.schools,
    plannedBy: row.planned_by,
    status: row.status,
  };
}
