import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { Pool } from '../accounts/accounts.module.js';

export type NoticeKind = 'ALLOTTED' | 'TOLERATED' | 'LOSS_FORESEEN';

/** What was told last about a pool, so that it is told again only when its figures change. */
@Injectable()
export class SeatNotices {
  /** Writes down what is about to be told; false: just that was told already. */
  async isNews(
    tx: Transaction,
    pool: Pool,
    kind: NoticeKind,
    about: string,
    figures: string,
  ): Promise<boolean> {
    const { rowCount } = await tx.query(
      `insert into seat_notice (membership_id, item_code, kind, about, figures) values ($1, $2, $3, $4, $5)
       on conflict (membership_id, item_code, kind, about) do update set figures = excluded.figures
       where seat_notice.figures <> excluded.figures`,
      [pool.membershipId, pool.itemCode, kind, about, figures],
    );
    return rowCount === 1;
  }

  /** Forgets what does not hold any more, save `kept`; returns what each was about. */
  async takeBack(
    tx: Transaction,
    pool: Pool,
    kind: NoticeKind,
    kept: readonly string[],
  ): Promise<string[]> {
    const { rows } = await tx.query<{ about: string }>(
      `delete from seat_notice where membership_id = $1 and item_code = $2 and kind = $3
         and about <> all($4::text[]) returning about`,
      [pool.membershipId, pool.itemCode, kind, kept],
    );
    return rows.map(({ about }) => about).sort();
  }

  /** Forgets what was said of days that have begun: it has come, or has been taken back before. */
  async forgetUntil(tx: Transaction, pool: Pool, kind: NoticeKind, day: string): Promise<void> {
    await tx.query(
      `delete from seat_notice where membership_id = $1 and item_code = $2 and kind = $3 and about <= $4`,
      [pool.membershipId, pool.itemCode, kind, day],
    );
  }
}
