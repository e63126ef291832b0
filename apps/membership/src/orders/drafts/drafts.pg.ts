import { Injectable } from '@nestjs/common';
import type { CancelDraftRequest } from '#libs/contracts';
import { type Asked, NotVisible } from '#libs/identity';
import { Database, insertRow, type Transaction, updateRow } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Draft } from '../domain/draft.js';
import {
  type MembershipLedger,
  OrderLedgers,
  requireOwnLedger,
} from '../ledger/order-ledgers.pg.js';

export type DraftNamed = Asked<CancelDraftRequest>;

// A draft as the domain has it, so that no row has to be turned into one.
const columns = `id as "draftId", membership_id as "membershipId", lines, note, cause, item_code as "itemCode",
  prepared_by as "preparedBy", prepared_on as "preparedOn", changed_by as "changedBy", version, status, order_id as "orderId"`;

/** Accounts of a membership and item without a seat of their own: waiting, or open by tolerance. */
export type SeatsMissing = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly missing: number;
};

/** A draft and its place among those of its membership, rising with time. */
export type ListedDraft = { readonly draft: Draft; readonly position: number };

export type DraftPage = {
  readonly membershipId: string;
  readonly status?: Draft['status'];
  readonly before?: number;
  readonly limit: number;
};

/** Bons de commande that are not signed. One writer at a time: the membership's lock comes first. */
@Injectable()
export class Drafts {
  constructor(
    private readonly database: Database,
    private readonly ledgers: OrderLedgers,
  ) {}

  /** As committed; undefined also where it is another membership's. */
  find(membershipId: string, draftId: string): Promise<Draft | undefined> {
    return this.database.row<Draft>(
      `select ${columns} from order_draft where id = $1 and membership_id = $2`,
      [draftId, membershipId],
    );
  }

  /** As committed, newest first, before the position given; every status where none is named. */
  async list(page: DraftPage): Promise<ListedDraft[]> {
    const rows = await this.database.rows<Draft & { readonly position: bigint }>(
      `select ${columns}, position from order_draft
        where membership_id = $1 and ($2::text is null or status = $2) and ($3::bigint is null or position < $3)
        order by position desc limit $4`,
      [page.membershipId, page.status, page.before, page.limit],
    );
    return rows.map(({ position, ...draft }) => ({ draft, position: Number(position) }));
  }

  async add(tx: Transaction, draft: Draft): Promise<void> {
    const { draftId: id, lines, ...row } = draft;
    await insertRow(tx, 'order_draft', { id, ...row, lines: JSON.stringify(lines) });
  }

  /** Locks the draft until the transaction ends; undefined also where it is another membership's. */
  findForUpdate(tx: Transaction, membershipId: string, draftId: string) {
    return tx.row<Draft>(
      `select ${columns} from order_draft where id = $1 and membership_id = $2 for update`,
      [draftId, membershipId],
    );
  }

  /** A draft of the caller's own organisation behind its membership's lock, as a change of it needs it. Throws NotVisible. */
  async lockOwn(
    tx: Transaction,
    { membershipId, draftId, caller }: DraftNamed,
    today: LocalDate,
  ): Promise<{ draft: Draft; ledger: MembershipLedger }> {
    const ledger = requireOwnLedger(
      caller,
      await this.ledgers.findForUpdate(tx, membershipId, today),
    );
    const draft = await this.findForUpdate(tx, membershipId, draftId);
    if (!draft) throw new NotVisible();
    return { draft, ledger };
  }

  /** Writes lines, note, hand, status and version; the database refuses any but the next version. */
  async save(tx: Transaction, draft: Draft): Promise<void> {
    const { draftId, lines, note, changedBy, status, orderId, version } = draft;
    await updateRow(tx, 'order_draft', draftId, {
      ...{ lines: JSON.stringify(lines), note, changedBy, status, orderId, version },
    });
  }

  /** The one that follows the waiting list of an item and is not closed (PRV-2), locked. */
  findOverQuotaForUpdate(tx: Transaction, membershipId: string, itemCode: string) {
    return tx.row<Draft>(
      `select ${columns} from order_draft
        where membership_id = $1 and item_code = $2 and status = 'DRAFT' and cause = 'OVER_QUOTA' for update`,
      [membershipId, itemCode],
    );
  }

  /** Keeps how many seats are missing and gives what was told before: 0 the first time. */
  async tellMissing(
    tx: Transaction,
    { membershipId, itemCode, missing }: SeatsMissing,
    on: LocalDate,
  ): Promise<number> {
    const before = await tx.value<bigint>(
      'select missing from seats_missing where membership_id = $1 and item_code = $2 for update',
      [membershipId, itemCode],
    );
    await tx.query(
      `insert into seats_missing (membership_id, item_code, missing, told_on) values ($1, $2, $3, $4)
       on conflict (membership_id, item_code) do update set missing = excluded.missing, told_on = excluded.told_on`,
      [membershipId, itemCode, missing, on],
    );
    return Number(before ?? 0);
  }

  /** Of these memberships, those in force whose market drafts orders for who waits (`overQuota`). */
  async draftingAmong(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const drafting = await tx.column<string>(
      `select m.id from membership m join market k on k.code = m.market_code
        where m.id = any ($1) and m.status = 'ACTIVE'
          and k.terms -> 'accounts' ->> 'overQuota' in ('DRAFT_ORDER', 'TOLERATE')`,
      [membershipIds],
    );
    return new Set(drafting);
  }
}
