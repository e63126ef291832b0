import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

export type ErasureRow = {
  readonly personId: string;
  readonly leftOn: LocalDate;
  readonly erasedOn: LocalDate;
  readonly erasedAt: Date;
  readonly toldAgainOn: LocalDate | null;
  /** Of the last proof; null: none was asked for yet. */
  readonly provedAt: Date | null;
  /** Places that nothing allows, or that could not be read. */
  readonly unexpected: number | null;
  /** The last day that the last proof allowed something that has to go (proofHoldsUntil); null: nothing has. */
  readonly heldUntil: LocalDate | null;
};

const columns = `person_id as "personId", left_on as "leftOn", erased_on as "erasedOn", erased_at as "erasedAt",
  told_again_on as "toldAgainOn", proved_at as "provedAt", unexpected, held_until as "heldUntil"`;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who was erased, and what the last proof of each found. */
@Injectable()
export class ProvenErasures {
  constructor(private readonly database: Database) {}

  async of(personIds: readonly string[]): Promise<ErasureRow[]> {
    const { rows } = await this.database.query<ErasureRow>(
      `select ${columns} from erasure where person_id = any($1::uuid[]) order by person_id`,
      [personIds.filter((id) => uuid.test(id))],
    );
    return rows;
  }

  /** Where keys of sources were still said when these people were erased: found then, since no proof knows a key. */
  async keysLeft(personIds: readonly string[]) {
    const { rows } = await this.database.query<{ personId: string; place: string; rows: number }>(
      `select person_id as "personId", k.key as place, k.value::int as rows from erasure, jsonb_each_text(keys_left) k
       where person_id = any($1::uuid[])`,
      [personIds],
    );
    return rows;
  }

  /** The newest first, one more than the limit; days of erasure half-open. */
  async list(asked: {
    from: string;
    to: string;
    unexpectedOnly: boolean;
    after: readonly [string, string] | undefined;
    limit: number;
  }): Promise<ErasureRow[]> {
    const { rows } = await this.database.query<ErasureRow>(
      `select ${columns} from erasure
        where ($1 = '' or erased_on >= nullif($1, '')::date) and ($2 = '' or erased_on < nullif($2, '')::date)
          and (not $3 or unexpected > 0)
          and ($4::date is null or (erased_on, person_id) < ($4::date, $5::uuid))
        order by erased_on desc, person_id desc limit $6`,
      [
        ...[asked.from, asked.to, asked.unexpectedOnly],
        ...[asked.after?.[0] ?? null, asked.after?.[1] ?? null, asked.limit + 1],
      ],
    );
    return rows;
  }

  async keep(proven: readonly ErasureRow[]): Promise<void> {
    await this.database.query(
      `insert into erasure_proof (person_id, proved_at, unexpected, held_until)
       select * from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::date[])`,
      [
        proven.map(({ personId }) => personId),
        proven.map(({ provedAt }) => provedAt),
        proven.map(({ unexpected }) => unexpected),
        proven.map(({ heldUntil }) => heldUntil),
      ],
    );
  }

  /**
   * For a night's sample, at most `limit` of each: those of which something unexpected was found before, the longest
   * ago first; those of which something was allowed until a day that has passed; and the newest that nobody has proved,
   * once Kafka and the ENT have had their time.
   */
  async toProve(day: LocalDate, limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(
      `(select person_id as id from erasure where unexpected > 0 order by proved_at limit $2)
       union all
       (select person_id from erasure where held_until < $1::date and unexpected = 0 order by held_until, person_id limit $2)
       union all
       (select person_id from erasure where proved_at is null and told_again_on <= $1::date - 7
         order by told_again_on desc, person_id limit $2)`,
      [day, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Erasures of which the last proof found something unexpected. */
  async unexpected(): Promise<number> {
    const { rows } = await this.database.query<{ n: number }>(
      'select count(*)::int as n from erasure where unexpected > 0',
    );
    return rows[0]!.n;
  }
}
