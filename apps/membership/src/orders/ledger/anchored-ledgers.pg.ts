import { Injectable } from '@nestjs/common';
import { ChainHeads, Database, type Head, idOf } from '#libs/persistence';

/** The last order of each ledger: a ledger that is cut or written anew is not what was anchored (ORD-7). */
@Injectable()
export class AnchoredLedgers extends ChainHeads {
  readonly kind = 'ledgers';

  constructor(private readonly database: Database) {
    super();
  }

  async heads(): Promise<Head[]> {
    const { rows } = await this.database.query<Head>(
      `select 'ledgers/' || m.id as subject, m.ledger_position::integer as position, o.hash from membership m
         join purchase_order o on o.membership_id = m.id and o.ledger_position = m.ledger_position`,
    );
    return rows;
  }

  async hashesAt(heads: readonly Head[]): Promise<(string | null)[]> {
    const { rows } = await this.database.query<{ hash: string | null }>(
      `select o.hash from unnest($1::text[], $2::bigint[]) with ordinality as asked (membership_id, ledger_position, at)
         left join purchase_order o using (membership_id, ledger_position) order by at`,
      [heads.map(idOf), heads.map(({ position }) => position)],
    );
    return rows.map(({ hash }) => hash);
  }
}
