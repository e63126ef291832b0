import { addDays, localDate } from '#libs/time';
import type { Database } from './database.js';
import { arraysOf } from './rows.js';
import { digestOf, entriesHashOf, type Seal, sealColumns, sealHashOf, sealOrigin } from './seal.js';
import { together, type Transaction } from './transaction.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A table of entries that nobody changes: `platform.book`. */
export type Book = { readonly name: string; readonly table: string; readonly keptDays: number };

const entriesMax = 5_000;
/** Of 100 seals each: more than are made in a day. */
const removalsMax = 20;
/** Longer than any transaction: an id that is not to be seen by then never will be. */
export const lateMinutes = 15;

/** Instants of a transaction are written and read in UTC, whatever the session's zone. */
export const inUtc = { name: 'in-utc', text: `set local timezone to 'UTC'` };

/**
 * A row of a book as one text: its columns by their names, those that are null left out, so that a column which comes
 * later changes no seal.
 */
export const contentOf = (row: string): string =>
  `(select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(${row})) where value <> 'null')::text`;

export const seals = `platform.seal join platform.book on name = book`;
/** Instants as PostgreSQL writes them in UTC, to the microsecond; ids as text. */
const asText: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['sealed_at', 'swept_at', 'oldest_at', 'newest_at'].map((at) => [
      at,
      `to_jsonb(${at}) #>> '{}'`,
    ]),
  ),
  last_entry: 'last_entry::text',
};
export const sealRead = [
  'entries_table as table',
  ...sealColumns.map(([column, field]) => `${asText[column] ?? column} as "${field}"`),
].join(', ');

/**
 * Seals the books by hash, outside the transactions that write them: at most 5,000 entries a seal, each seal over the
 * one before. Of several processes one seals a book at a time; the others pass over it.
 */
export class Seals {
  /** Of each book, when this process found nothing left to seal. */
  private readonly sweptAt = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async books(): Promise<Book[]> {
    const { rows } = await this.database.query<Book>(
      'select name, entries_table as table, kept_days as "keptDays" from platform.book order by name',
    );
    return rows;
  }

  /** Until nothing is left to seal. Returns how many entries were. */
  async seal(): Promise<number> {
    let sealed = 0;
    for (const book of await this.books()) {
      for (let last = entriesMax; last === entriesMax; sealed += last) {
        last = await this.unitOfWork.run((tx) => this.sealSome(tx, book));
      }
    }
    return sealed;
  }

  /** Retention: whole sealed periods that are due, a day's worth at most; their seals stay. Returns how many entries went. */
  async removeDue(): Promise<number> {
    let removed = 0;
    for (const { name } of await this.books()) {
      for (let round = 0; round < removalsMax; round += 1) {
        const { rows } = await this.database.query<{ entries: bigint }>(
          'select platform.remove_due_entries($1) as entries',
          [name],
        );
        const { entries } = rows[0]!;
        if (entries === 0n) break;
        removed += Number(entries);
      }
    }
    return removed;
  }

  private async sealSome(tx: Transaction, book: Book): Promise<number> {
    const [, turn, ends] = await together(
      tx.query(inUtc),
      tx.query<Turn>(ownTurn, [book.name]),
      tx.query<Seal>(
        `select ${sealRead} from ${seals} where book = $1 order by position desc limit 1`,
        [book.name],
      ),
    );
    const { isOurs, now } = turn.rows[0]!;
    if (!isOurs) return 0;
    const { rows } = await tx.query<Unsealed>(unsealed(book), [book.name]);
    const [first] = rows;
    const before = ends.rows[0];
    if (first) {
      const recorded = rows.map(({ recordedAt }) => recordedAt).sort();
      const entries = rows.map(({ entry, content }) => ({ entry, digest: digestOf(content) }));
      const newestAt = recorded.at(-1)!;
      const seal = {
        book: book.name,
        table: book.table,
        position: (before?.position ?? 0) + 1,
        sealedAt: now,
        sweptAt: this.sweptAt.get(book.name) ?? before?.sweptAt ?? null,
        oldestAt: recorded[0]!,
        newestAt,
        lastEntry: entries.at(-1)!.entry,
        entries: entries.length,
        entriesHash: entriesHashOf(entries),
        keptUntil: addDays(localDate(newestAt.slice(0, 10)), book.keptDays),
        previousHash: before?.hash ?? sealOrigin,
      };
      await keep(tx, { ...seal, hash: sealHashOf(seal) }, entries);
    }
    if (rows.length < entriesMax) this.sweptAt.set(book.name, now);
    return rows.length;
  }
}

type Turn = { readonly isOurs: boolean; readonly now: string };
type Unsealed = { readonly entry: string; readonly recordedAt: string; readonly content: string };

// The instant is taken before the entries are looked for: what was committed before it is found.
const ownTurn = `
  select pg_try_advisory_xact_lock(7273, hashtext($1)) as "isOurs", to_jsonb(clock_timestamp()) #>> '{}' as now`;

/** From the last entry of a seal so old that all ids below it are sealed or will never be. */
const unsealed = ({ table }: Book) => `
  select e.id::text as entry, to_jsonb(e.recorded_at) #>> '{}' as "recordedAt", ${contentOf('e')} as content
    from ${table} e
   where e.id > coalesce((${swept}), 0)
     and not exists (select from platform.sealed_entry s where s.book = $1 and s.entry = e.id)
   order by e.id limit ${entriesMax}`;

export const swept = `
  select last_entry from platform.seal
   where book = $1 and sealed_at < clock_timestamp() - interval '${lateMinutes} minutes'
   order by position desc limit 1`;

async function keep(tx: Transaction, seal: Seal, entries: { entry: string; digest: Buffer }[]) {
  await together(
    tx.query(
      `insert into platform.seal (${sealColumns.map(([column]) => column).join(', ')})
       values (${sealColumns.map((_column, at) => `$${at + 1}`).join(', ')})`,
      sealColumns.map(([, field]) => seal[field]),
    ),
    tx.query(
      `insert into platform.sealed_entry (book, seal, entry, digest)
       select $1, $2, * from unnest($3::bigint[], $4::bytea[])`,
      [seal.book, seal.position, ...arraysOf(entries, 'entry', 'digest')],
    ),
  );
}
