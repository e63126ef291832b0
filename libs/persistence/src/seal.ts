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

/** Everything but the hash itself, in a fixed order, so that any change shows; it covers the seal before. */
export const sealHashOf = (seal: Omit<Seal, 'hash'>): string =>
  sha256(
    JSON.stringify([
      seal.book,
      seal.table,
      seal.position,
      seal.sealedAt,
      seal.sweptAt,
      seal.oldestAt,
      seal.newestAt,
      seal.lastEntry,
      seal.entries,
      seal.entriesHash,
      seal.keptUntil,
      seal.previousHash,
    ]),
  );
