import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Draft } from '../domain/draft.js';
import type { OrderLine } from '../domain/order.js';

const draftColumns = `id, position, membership_id, lines, note, cause, item_code, prepared_by, prepared_on,
  changed_by, version, status, order_id`;

/** A draft and its place among those of its membership, rising with time. */
export type ListedDraft = { readonly draft: Draft; readonly position: number };

/** Bons de commande that are not signed. One writer at a time: the membership's lock comes first. */
@Injectable()
export class Drafts {
  constructor(private readonly database: Database) {}

  /** As committed; undefined also where it is another membership's. */
  async find(membershipId: string, draftId: string): Promise<Draft | undefined> {
    const { rows } = await this.database.query<DraftRow>(
      `select ${draftColumns} from order_draft where id = $1 and membership_id = $2`,
      [draftId, membershipId],
    );
    return rows[0] && fromRow(rows[0]);
  }

  /** As committed, newest first, before the position given; every status where none is named. */
  async list(page: {
    readonly membershipId: string;
    readonly status?: Draft['status'];
    readonly before?: number;
    readonly limit: number;
  }): Promise<ListedDraft[]> {
    const { rows } = await this.database.query<DraftRow>(
      `select ${draftColumns} from order_draft
        where membership_id = $1 and ($2::text is null or status = $2) and ($3::bigint is null or position < $3)
        order by position desc limit $4`,
      [page.membershipId, page.status ?? null, page.before ?? null, page.limit],
    );
    return rows.map((row) => ({ draft: fromRow(row), position: Number(row.position) }));
  }

  async add(tx: Transaction, draft: Draft): Promise<void> {
    await tx.query(
      `insert into order_draft (id, membership_id, lines, note, cause, item_code, prepared_by, prepared_on, changed_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        draft.draftId,
        draft.membershipId,
        JSON.stringify(draft.lines),
        draft.note,
        draft.cause,
        draft.itemCode,
        draft.preparedBy,
        draft.preparedOn,
        draft.changedBy,
      ],
    );
  }

  /** Locks the draft until the transaction ends; undefined also where it is another membership's. */
  async findForUpdate(
    tx: Transaction,
    membershipId: string,
    draftId: string,
  ): Promise<Draft | undefined> {
    const { rows } = await tx.query<DraftRow>(
      `select ${draftColumns} from order_draft where id = $1 and membership_id = $2 for update`,
      [draftId, membershipId],
    );
    return rows[0] && fromRow(rows[0]);
  }

  /** Writes lines, note, hand, status and version; the database refuses any but the next version. */
  async save(tx: Transaction, draft: Draft): Promise<void> {
    await tx.query(
      `update order_draft set lines = $2, note = $3, changed_by = $4, status = $5, order_id = $6, version = $7
        where id = $1`,
      [
        draft.draftId,
        JSON.stringify(draft.lines),
        draft.note,
        draft.changedBy,
        draft.status,
        draft.orderId,
        draft.version,
      ],
    );
  }

  /** The one that follows the waiting list of an item and is not closed (PRV-2), locked. */
  async findOverQuotaForUpdate(
    tx: Transaction,
    membershipId: string,
    itemCode: string,
  ): Promise<Draft | undefined> {
    const { rows } = await tx.query<DraftRow>(
      `select ${draftColumns} from order_draft
        where membership_id = $1 and item_code = $2 and status = 'DRAFT' and cause = 'OVER_QUOTA' for update`,
      [membershipId, itemCode],
    );
    return rows[0] && fromRow(rows[0]);
  }

  /** Keeps how many seats are missing and gives what was told before: 0 the first time. */
  async tellMissing(
    tx: Transaction,
    seats: {
      readonly membershipId: string;
      readonly itemCode: string;
      readonly missing: number;
      readonly on: LocalDate;
    },
  ): Promise<number> {
    const { membershipId, itemCode, missing, on } = seats;
    const { rows } = await tx.query<{ missing: bigint }>(
      'select missing from seats_missing where membership_id = $1 and item_code = $2 for update',
      [membershipId, itemCode],
    );
    await tx.query(
      `insert into seats_missing (membership_id, item_code, missing, told_on) values ($1, $2, $3, $4)
       on conflict (membership_id, item_code) do update set missing = excluded.missing, told_on = excluded.told_on`,
      [membershipId, itemCode, missing, on],
    );
    return Number(rows[0]?.missing ?? 0);
  }

  /** Of these memberships, those in force whose market drafts orders for who waits (`overQuota`). */
  async draftingAmong(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const { rows } = await tx.query<{ id: string }>(
      `select m.id from membership m join market k on k.code = m.market_code
        where m.id = any ($1) and m.status = 'ACTIVE'
          and k.terms -> 'accounts' ->> 'overQuota' in ('DRAFT_ORDER', 'TOLERATE')`,
      [membershipIds],
    );
    return new Set(rows.map(({ id }) => id));
  }
}

type DraftRow = {
  id: string;
  position: bigint;
  membership_id: string;
  lines: OrderLine[];
  note: string;
  cause: Draft['cause'];
  item_code: string | null;
  prepared_by: string;
  prepared_on: LocalDate;
  changed_by: string;
  version: number;
  status: Draft['status'];
  order_id: string | null;
};

function fromRow(row: DraftRow): Draft {
  return {
    draftId: row.id,
    membershipId: row.membership_id,
    lines: row.lines.map(({ itemCode, effectiveFrom, delta }) => ({
      itemCode,
      effectiveFrom,
      delta,
    })),
    note: row.note,
    cause: row.cause,
    itemCode: row.item_code,
    preparedBy: row.prepared_by,
    preparedOn: row.prepared_on,
    changedBy: row.changed_by,
    version: row.version,
    status: row.status,
    orderId: row.order_id,
  };
}
