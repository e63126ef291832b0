import { Injectable } from '@nestjs/common';
import { ChainHeads, Database, type Head, idOf } from '#libs/persistence';

/** The last evidence of each ledger, whose hash covers all before it: nothing need be ordered after it (ORD-7). */
@Injectable()
export class AnchoredEvidence extends ChainHeads {
  readonly kind = 'evidence';

  constructor(private readonly database: Database) {
    super();
  }

  async heads(): Promise<Head[]> {
    const { rows } = await this.database.query<Head>(
      `select distinct on (membership_id) 'evidence/' || membership_id as subject, id::integer as position, hash
         from ledger_evidence order by membership_id, id desc`,
    );
    return rows;
  }

  async hashesAt(heads: readonly Head[]): Promise<(string | null)[]> {
    const { rows } = await this.database.query<{ hash: string | null }>(
      `select e.hash from unnest($1::text[], $2::bigint[]) with ordinality as asked (membership_id, id, at)
         left join ledger_evidence e using (membership_id, id) order by at`,
      [heads.map(idOf), heads.map(({ position }) => position)],
    );
    return rows.map(({ hash }) => hash);
  }
}
