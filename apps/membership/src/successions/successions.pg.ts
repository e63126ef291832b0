import { Injectable } from '@nestjs/common';
import type { Plain, Succession } from '#libs/contracts';
import { Database, insertRow, isKeyTaken, type Transaction, updateRow } from '#libs/persistence';
import type { JsonValue } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { documentOf } from '../documents/documents.module.js';
import type { Plan, SuccessionStatus } from './domain/plan.js';
import { SuccessionAlreadyPlanned } from './domain/succession-problems.js';

/** A succession as people look at it; its schools: those that passed, or while it is planned those that will. */
export type SuccessionView = Omit<Plain<Succession>, 'isOwn'> & { readonly plannedBy: string };

export type SuccessionPage = {
  readonly marketCode: string;
  /** Empty: of any status. */
  readonly status: string;
  /** Those in which this organisation gives or receives; empty: all. */
  readonly organisationId: string;
  /** Those of this membership's organisation; empty: all. */
  readonly membershipId: string;
  readonly after?: readonly [effectiveOn: string, successionId: string] | undefined;
  readonly limit: number;
};

export type CarriedOut = {
  readonly successionId: string;
  readonly on: LocalDate;
  readonly successorMembershipId: string;
  readonly isSuccessorCreated: boolean;
  readonly predecessorOrderId: string | undefined;
  readonly successorOrderIds: readonly string[];
  readonly schoolsMoved: readonly string[];
};

type Stopped = {
  readonly status: 'CANCELLED' | 'BLOCKED';
  readonly on: LocalDate;
  readonly code: string;
  readonly reason: string;
};

const planColumns = `
  s.id as "successionId", s.group_id as "groupId", s.market_code as "marketCode", s.kind, s.effective_on as "effectiveOn",
  s.predecessor_membership_id as "predecessorMembershipId", s.successor_organisation_id as "successorOrganisationId",
  ${documentOf('s.document_id')} as document, s.moved_lines as "movedLines", s.status`;

const view = `
  select ${planColumns}, m.organisation_id as "predecessorOrganisationId", p.name as "predecessorName", o.name as "successorName",
         case s.status when 'CARRIED_OUT' then s.schools_moved else s.schools end as schools, s.planned_on as "plannedOn",
         coalesce(s.decided_on::text, '') as "decidedOn", coalesce(s.reason_code, '') as "reasonCode",
         coalesce(s.reason, '') as reason, coalesce(s.successor_membership_id, '') as "successorMembershipId",
         s.is_successor_created as "successorCreated", coalesce(s.predecessor_order_id, '') as "predecessorOrderId",
         s.successor_order_ids as "successorOrderIds", coalesce(a.digest, '') as "proposalDigest",
         coalesce(a.expires_on::text, '') as "expiresOn", s.planned_by as "plannedBy",
         case when s.status = 'CARRIED_OUT' then (
           select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'commitment', f.c, 'ordered', f.o)
                                     order by i.position) filter (where f.c <> 0 or f.o <> 0), '[]')
             from market_item i cross join lateral (
               select coalesce((select c.quantity from commitment c where s.is_successor_created
                                   and c.membership_id = s.successor_membership_id and c.item_code = i.item_code), 0)
                      + coalesce((select sum(x.delta) from commitment_change x
                                   where x.succession_id = s.id and x.membership_id = s.successor_membership_id
                                     and x.item_code = i.item_code and x.effective_from <= s.effective_on), 0) as c,
                      coalesce((select sum(l.delta) from order_line l
                                 where l.order_id = any(s.successor_order_ids) and l.item_code = i.item_code
                                   and l.effective_from <= s.effective_on), 0) as o) f
            where i.market_code = s.market_code) else '[]' end as moved
    from succession s join membership m on m.id = s.predecessor_membership_id
    left join platform.proposal a on a.proposal_id = s.proposal_id and s.status = 'PROPOSED'
    join organisation p on p.id = m.organisation_id join organisation o on o.id = s.successor_organisation_id`;

/** Plans of successions, and what became of them. */
@Injectable()
export class Successions {
  constructor(private readonly database: Database) {}

  /** Throws SuccessionAlreadyPlanned where the member passes whole already. */
  async add(
    tx: Transaction,
    plan: Plan,
    { on, ...state }: { on: LocalDate; status: 'PROPOSED' | 'PLANNED'; proposalId?: string },
  ): Promise<void> {
    try {
      const { successionId: id, document, ...row } = plan;
      const movedLines = JSON.stringify(plan.movedLines);
      const shares = JSON.stringify(plan.shares);
      const planned = { ...row, documentId: document.documentId, movedLines, shares };
      await insertRow(tx, 'succession', { id, ...planned, plannedOn: on, ...state });
    } catch (error) {
      if (!isKeyTaken(error)) throw error;
      throw new SuccessionAlreadyPlanned(
        'Une succession totale de ce membre est déjà prévue : annulez-la d’abord, s’il faut la changer.',
        { predecessorMembershipId: plan.predecessorMembershipId },
      );
    }
  }

  /** Groups that are planned for `day` or before, the oldest day first; on one day parts before what is left in full. */
  groupsDue(tx: Transaction, day: LocalDate): Promise<string[]> {
    return tx.column<string>(
      `select group_id as "groupId" from succession where status = 'PLANNED' and effective_on <= $1
        group by group_id order by min(effective_on), bool_or(kind = 'FULL'), group_id`,
      [day],
    );
  }

  /** First day after `day` for which one is planned. */
  nextDue(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return tx.value<LocalDate>(
      `select min(greatest(effective_on, $1::date + 1)) from succession where status = 'PLANNED'`,
      [day],
    );
  }

  /** Locks the plans of a group; always in one order. */
  groupForUpdate(tx: Transaction, groupId: string) {
    return tx.rows<Plan & { readonly status: SuccessionStatus }>(
      `select ${planColumns}, s.shares, s.schools, s.planned_by as "plannedBy"
         from succession s where s.group_id = $1 order by s.id for update`,
      [groupId],
    );
  }

  groupOf(tx: Transaction, successionId: string) {
    return tx.row<{ groupId: string; marketCode: string; proposalId: string }>(
      `select group_id as "groupId", market_code as "marketCode", proposal_id as "proposalId" from succession where id = $1`,
      [successionId],
    );
  }

  /** Locks all that was proposed together; always in one order. */
  proposedForUpdate(tx: Transaction, proposalId: string) {
    return tx.rows<Plan & { readonly status: SuccessionStatus }>(
      `select ${planColumns} from succession s where s.proposal_id = $1 order by s.id for update`,
      [proposalId],
    );
  }

  /** As the proposal states them, by the database's own reading. */
  statedBy(tx: Transaction, proposalId: string): Promise<JsonValue[]> {
    return tx.column<JsonValue>(
      'select proposed_succession(s) from succession s where s.proposal_id = $1 order by s.id',
      [proposalId],
    );
  }

  async markPlanned(tx: Transaction, proposalId: string): Promise<void> {
    await tx.query(`update succession set status = 'PLANNED' where proposal_id = $1`, [proposalId]);
  }

  /** Cancels a proposal's successions. */
  async markGivenUp(
    tx: Transaction,
    proposalId: string,
    { on, reason }: Pick<Stopped, 'on' | 'reason'>,
  ) {
    await tx.query(
      `update succession set status = 'CANCELLED', decided_on = $2, reason_code = 'CANCELLED', reason = $3
        where proposal_id = $1`,
      [proposalId, on, reason],
    );
  }

  async markCarriedOut(tx: Transaction, done: CarriedOut): Promise<void> {
    const { successionId, on, successorMembershipId, isSuccessorCreated, schoolsMoved } = done;
    const { predecessorOrderId, successorOrderIds } = done;
    await updateRow(tx, 'succession', successionId, {
      ...{ status: 'CARRIED_OUT', decidedOn: on, successorMembershipId, isSuccessorCreated },
      ...{ predecessorOrderId, successorOrderIds, schoolsMoved },
    });
  }

  /** Cancelled or blocked: nothing of the group is carried out. */
  async markStopped(tx: Transaction, groupId: string, { status, on, code, reason }: Stopped) {
    await tx.query(
      `update succession set status = $2, decided_on = $3, reason_code = $4, reason = $5 where group_id = $1`,
      [groupId, status, on, code, reason],
    );
  }

  /** Lines of a member's annex 2 that another succession moves or has moved. */
  linesTaken(tx: Transaction, membershipId: string): Promise<number[]> {
    return tx.column<number>(
      `select (l ->> 'line')::integer as line from succession s, jsonb_array_elements(s.moved_lines) l
        where s.predecessor_membership_id = $1 and s.status in ('PROPOSED', 'PLANNED', 'CARRIED_OUT')`,
      [membershipId],
    );
  }

  find(successionId: string): Promise<SuccessionView | undefined> {
    return this.database.row<SuccessionView>(`${view} where s.id = $1`, [successionId]);
  }

  /** The latest day first, after the row last seen. */
  list({ after, limit, ...page }: SuccessionPage): Promise<SuccessionView[]> {
    return this.database.rows<SuccessionView>(
      `${view} where ($1 = '' or s.market_code = $1) and ($2 = '' or s.status = $2)
          and ($3 = '' or m.organisation_id = $3 or s.successor_organisation_id = $3)
          and ($4 = '' or exists (select from membership own
                where own.id = $4 and own.market_code = s.market_code
                  and own.organisation_id in (m.organisation_id, s.successor_organisation_id)))
          and ($5::date is null or (s.effective_on, s.id) < ($5::date, $6))
        order by s.effective_on desc, s.id desc limit $7`,
      [
        ...[page.marketCode, page.status, page.organisationId, page.membershipId],
        ...[after?.[0], after?.[1] ?? '', limit],
      ],
    );
  }
}
