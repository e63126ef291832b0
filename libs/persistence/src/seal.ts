import { createHash } from 'node:crypto';

/** Instants as PostgreSQL writes them in UTC, to the microsecond; days as `YYYY-MM-DD`. */
export type Seal = {
  readonly book: string;
  /** Where its entries stand: a copy elsewhere would verify while the journal says something else. */
  readonly table: string;
  /** 1 for the first of its book, without a gap. */
  readonly position: number;
  readonly sealedAt: string;
  /** When nothing was left to seal the last time; null: not known. */
  readonly sweptAt: string | null;
  readonly oldestAt: string;
  readonly newestAt: string;
  readonly lastEntry: string;
  readonly entries: number;
  readonly entriesHash: string;
  readonly keptUntil: string;
  readonly previousHash: string;
  readonly hash: string;
};

export type SealedEntry = { readonly entry: string; readonly digest: Buffer };

/** What stands before the first seal of a book. */
export const sealOrigin = '0'.repeat(64);

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of an entry's whole content, as the books give it. */
export const digestOf = (content: string): Buffer => createHash('sha256').update(content).digest();

/** Entries in the order of their ids. */
export const entriesHashOf = (entries: readonly SealedEntry[]): string =>
  sha256(entries.map(({ entry, digest }) => `${entry} ${digest.toString('hex')}\n`).join(''));

/**
 * What a seal says, in the order in which its hash covers it, with its column in `platform.seal`: the one list that the
 * hash, the INSERT and the SELECT come from. A field that is missing here is an error of types.
 */
const columns = {
  book: 'book',
  // Stands in `platform.book`, once for all seals of the book.
  table: undefined,
  position: 'position',
  sealedAt: 'sealed_at',
  sweptAt: 'swept_at',
  oldestAt: 'oldest_at',
  newestAt: 'newest_at',
  lastEntry: 'last_entry',
  entries: 'entries',
  entriesHash: 'entries_hash',
  keptUntil: 'kept_until',
  previousHash: 'previous_hash',
} as const satisfies Record<keyof Omit<Seal, 'hash'>, string | undefined>;
const fields = Object.keys(columns) as (keyof typeof columns)[];

/** Everything but the hash itself, so that any change shows; it covers the seal before. */
export const sealHashOf = (seal: Omit<Seal, 'hash'>): string =>
  sha256(JSON.stringify(fields.map((field) => seal[field])));

/** Column → field, of all that is stored with a seal. */
export const sealColumns: readonly (readonly [column: string, field: keyof Seal])[] = [
  ...fields.flatMap((field) => {
    const column = columns[field];
    return column === undefined ? [] : [[column, field] as const];
  }),
  ['hash', 'hash'],
];
