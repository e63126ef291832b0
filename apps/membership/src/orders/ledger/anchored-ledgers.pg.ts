import { Injectable } from '@nestjs/common';
import { ChainHeads, Database, type Head, idOf } from '#libs/persistence';

/** The last order of each ledger: a ledger that is cut or written anew is not what was anchored (ORD-7). */
@Injectable()
export class AnchoredLedgers extends ChainHeads {
  readonly kind = 'ledgers';

  constructor(private readonly database: Database) {
    super();
  }

  heads(): Promise<Head[]> {
    return this.database
      .rows<Head>(`select 'ledgers/' || m.id as subject, m.ledger_position::integer as position, o.hash from membership m
         join purchase_order o on o.membership_id = m.id and o.ledger_position = m.ledger_position`);
  }

  hashesAt(heads: readonly Head[]): Promise<(string | null)[]> {
    return this.database.column<string | null>(
      `select o.hash from unnest($1::text[], $2::bigint[]) with ordinality as asked (membership_id, ledger_position, at)
         left join purchase_order o using (membership_id, ledger_position) order by at`,
      [heads.map(idOf), heads.map(({ position }) => position)],
    );
  }
}

/** The last evidence of each ledger, whose hash covers all before it: nothing need be ordered after it (ORD-7). */
@Injectable()
export class AnchoredEvidence extends ChainHeads {
  readonly kind = 'evidence';

  constructor(private readonly database: Database) {
    super();
  }

  heads(): Promise<Head[]> {
    return this.database
      .rows<Head>(`select distinct on (membership_id) 'evidence/' || membership_id as subject, id::integer as position, hash
         from ledger_evidence order by membership_id, id desc`);
  }

  hashesAt(heads: readonly Head[]): Promise<(string | null)[]> {
    return this.database.column<string | null>(
      `select e.hash from unnest($1::text[], $2::bigint[]) with ordinality as asked (membership_id, id, at)
         left join ledger_evidence e using (membership_id, id) order by at`,
      [heads.map(idOf), heads.map(({ position }) => position)],
    );
  }
}
