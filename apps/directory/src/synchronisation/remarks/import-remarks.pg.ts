import { type CopyValue, copyIn, type Transaction } from '#libs/persistence';
import { remarks } from '../domain/remarks.js';

/** So many places of a code are kept; the others are counted only. */
export const remarkLinesMax = 10_000;
const subjectMax = 200;

export type RemarkPlace = {
  /** The key of an entry, a UAI, or what the code speaks of; never a name. */
  readonly subject?: string;
  readonly file?: string;
  readonly line?: number;
};

/** What an import remarks: how often, and where. Places wait until they are written, so that few are held in memory. */
export class ImportRemarks {
  private readonly counts = new Map<string, number>();
  private readonly kept = new Map<string, number>();
  private waiting: CopyValue[][] = [];

  constructor(private readonly importId: string) {}

  add(code: string, { subject = '', file = '', line = 0 }: RemarkPlace = {}): void {
    this.count(code, 1);
    const seq = (this.kept.get(code) ?? 0) + 1;
    if (seq > remarkLinesMax || (subject === '' && file === '')) return;
    this.kept.set(code, seq);
    this.waiting.push([this.importId, code, seq, plainText(subject), plainText(file), line]);
  }

  /**
   * Those that a statement finds, without a row of them here; gives how many. `found` is the end of a `with`: common tables, the last of
   * them `found (subject, file, line)`, where `file` is a number in `files`, from 1.
   */
  async addFound(
    tx: Transaction,
    code: string,
    found: string,
    files: readonly string[],
  ): Promise<number> {
    const before = this.kept.get(code) ?? 0;
    const { rows } = await tx.query<{ count: bigint }>(
      `with ${found},
         kept as (
           insert into remark_line (import_id, code, seq, subject, file, line)
           select $1, $2, $3::int + row_number() over (order by f.file, f.line, f.subject), left(f.subject, ${subjectMax}),
             coalesce(($5::text[])[f.file], ''), coalesce(f.line, 0)
           from (select * from found order by file, line, subject limit $4) as f)
       select count(*) as count from found`,
      [this.importId, code, before, remarkLinesMax - before, files.map(plainText)],
    );
    const count = Number(rows[0]!.count);
    if (count === 0) return 0;
    this.count(code, count);
    this.kept.set(code, Math.min(remarkLinesMax, before + count));
    return count;
  }

  /** Places that wait to be written. */
  get size(): number {
    return this.waiting.length;
  }

  /** Those that wait, to be written by what is given back: others may be added meanwhile. */
  takePlaces(): (tx: Transaction) => Promise<void> {
    const places = this.waiting;
    this.waiting = [];
    return async (tx) => {
      if (places.length > 0)
        await copyIn(tx, 'remark_line (import_id, code, seq, subject, file, line)', places);
    };
  }

  /** Takes out what an earlier attempt wrote of these codes; of all, unless told. */
  async clear(tx: Transaction, codes?: readonly string[]): Promise<void> {
    const named = [this.importId, codes ?? null];
    await tx.query(
      'delete from remark_line where import_id = $1 and ($2::text[] is null or code = any($2))',
      named,
    );
    await tx.query(
      'delete from import_remark where import_id = $1 and ($2::text[] is null or code = any($2))',
      named,
    );
  }

  /** Places and counts. */
  async store(tx: Transaction): Promise<void> {
    await this.takePlaces()(tx);
    const counts = [...this.counts];
    await tx.query(
      `insert into import_remark (import_id, code, message, count)
       select $1, * from unnest($2::text[], $3::text[], $4::bigint[])
       on conflict (import_id, code) do update set message = excluded.message, count = excluded.count`,
      [
        this.importId,
        counts.map(([code]) => code),
        counts.map(([code]) => remarks[code]?.says ?? code),
        counts.map(([, count]) => count),
      ],
    );
  }

  private count(code: string, times: number): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + times);
  }
}

/** What PostgreSQL refuses, or nobody can read. */
const plainText = (text: string): string =>
  text.replaceAll(/[\p{C}\ufffe\uffff]/gu, '').slice(0, subjectMax);
