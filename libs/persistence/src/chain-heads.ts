import type { Head } from './anchors.js';
import type { Database } from './database.js';

/** Chains whose ends are anchored: those of the seals, and what else a service chains. */
export abstract class ChainHeads {
  /** What its subjects begin with, `seals` of `seals/audit`. */
  abstract readonly kind: string;
  abstract heads(): Promise<Head[]>;
  /** What stands now at these positions, in their order; null: nothing. */
  abstract hashesAt(heads: readonly Head[]): Promise<(string | null)[]>;
}

export const idOf = ({ subject }: Head): string => subject.slice(subject.indexOf('/') + 1);

export class SealHeads extends ChainHeads {
  readonly kind = 'seals';

  constructor(private readonly database: Database) {
    super();
  }

  async heads(): Promise<Head[]> {
    const { rows } = await this.database.query<Head>(
      `select 'seals/' || b.name as subject, s.position, s.hash from platform.book b cross join lateral (
         select position, hash from platform.seal where book = b.name order by position desc limit 1) s`,
    );
    return rows;
  }

  async hashesAt(heads: readonly Head[]): Promise<(string | null)[]> {
    const { rows } = await this.database.query<{ hash: string | null }>(
      `select s.hash from unnest($1::text[], $2::integer[]) with ordinality as asked (book, position, at)
         left join platform.seal s using (book, position) order by at`,
      [heads.map(idOf), heads.map(({ position }) => position)],
    );
    return rows.map(({ hash }) => hash);
  }
}
