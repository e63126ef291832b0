import { addDays, isBefore, type LocalDate, localDate } from '#libs/time';
import type { Anchor } from './anchors.js';
import type { Anchoring } from './anchoring.js';
import { digestOf, entriesHashOf, type Seal, sealHashOf, sealOrigin } from './seal.js';
import {
  type Book,
  contentOf,
  inUtc,
  lateMinutes,
  sealColumns,
  seals,
  type Seals,
  swept,
} from './seals.js';
import { together } from './transaction.js';
import type { UnitOfWork } from './unit-of-work.js';

export type SealFinding = {
  readonly code:
    /** An entry says something else than when it was sealed. */
    | 'ENTRY_REWRITTEN'
    | 'ENTRY_REMOVED'
    /** Recorded as of a time whose seals were made long before. */
    | 'ENTRY_ADDED'
    /** All entries of a seal, before it is due. */
    | 'PERIOD_REMOVED'
    /** Which entries belong to a seal is no longer what it sealed. */
    | 'PERIOD_CHANGED'
    | 'SEAL_REWRITTEN'
    | 'SEAL_REMOVED'
    /** A chain is shorter than it was when it was anchored, or another one. */
    | 'CHAIN_CUT'
    | 'CHAIN_REWRITTEN'
    | 'ANCHORS_CHANGED'
    | 'ANCHORS_MISSING';
  /** Or the chain that was anchored, `order-ledger/…`. */
  readonly book: string;
  readonly seal?: number;
  /** Of the seal's entries, in UTC; of the anchor. */
  readonly day?: string;
  readonly entry?: string;
};

export type SealsChecked = {
  readonly books: readonly BookChecked[];
  readonly anchors: number;
  /** Empty where all holds. */
  readonly findings: readonly SealFinding[];
};
type BookChecked = {
  readonly book: string;
  readonly seals: number;
  readonly entries: number;
  /** Entries that retention removed. */
  readonly removed: number;
};

const sealsAtOnce = 200;
const entriesAtOnce = 10_000;
const findingsMax = 1_000;
const anchorsAtOnce = 1_000;
const anchoredWithinMs = 24 * 3_600_000;
/** No entry is due before, whatever its seal says. */
const keptDaysMin = 180;

/**
 * Compares every entry of every book with its seal, and the seals with one another. The hashes are computed here: the
 * database is what is doubted.
 */
export class CheckSeals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly seals: Seals,
    private readonly anchoring: Anchoring,
  ) {}

  /** All books, or one. */
  async execute(only?: string): Promise<SealsChecked> {
    // What is left without a seal after that was written under what has been sealed long ago.
    await this.seals.seal();
    const findings: SealFinding[] = [];
    const books: BookChecked[] = [];
    for (const book of await this.seals.books()) {
      if (only === undefined || book.name === only) books.push(await this.check(book, findings));
    }
    const anchors = await this.checkAnchors(only, findings);
    return { books, anchors, findings: findings.slice(0, findingsMax) };
  }

  /** Of each chain the first anchor that it does not hold is told. */
  private async checkAnchors(only: string | undefined, findings: SealFinding[]): Promise<number> {
    const { anchors, chains } = this.anchoring;
    if (!anchors) return 0;
    const told = new Set<string>();
    const tell = (code: SealFinding['code'], { subject, position, day }: Anchor) => {
      if (!told.has(subject)) findings.push({ code, book: subject, seal: position, day });
      told.add(subject);
    };
    const firstSeen = new Map<string, Anchor>();
    let checked = 0;
    const check = async (some: readonly Anchor[]) => {
      for (const [kind, of] of Map.groupBy(some, ({ subject }) => subject.split('/')[0]!)) {
        const chain = chains().find((one) => one.kind === kind);
        const hashes = (await chain?.hashesAt(of)) ?? [];
        of.forEach((anchor, at) => {
          const hash = hashes[at] ?? null;
          if (hash !== anchor.hash) tell(hash === null ? 'CHAIN_CUT' : 'CHAIN_REWRITTEN', anchor);
        });
      }
      checked += some.length;
    };
    let some: Anchor[] = [];
    for await (const anchor of anchors.read()) {
      const { subject, position, day, follows } = anchor;
      if (!follows) findings.push({ code: 'ANCHORS_CHANGED', book: subject, seal: position, day });
      if (only !== undefined && subject !== `seals/${only}`) continue;
      if (!firstSeen.has(subject)) firstSeen.set(subject, anchor);
      if (some.push(anchor) < anchorsAtOnce) continue;
      await check(some);
      some = [];
    }
    await check(some);
    findings.push(...(await this.missingAnchors(firstSeen, only)));
    return checked;
  }

  /** A seal is anchored when it is made; older ones without an anchor had one that is gone. */
  private async missingAnchors(
    first: ReadonlyMap<string, Anchor>,
    only: string | undefined,
  ): Promise<SealFinding[]> {
    const rows = await this.read<{ book: string; sealedAt: Date }>(
      `select book, sealed_at as "sealedAt" from platform.seal where position = 1 and ($1::text is null or book = $1)`,
      [only ?? null],
    );
    return rows.flatMap(({ book, sealedAt }): SealFinding[] => {
      const anchoredAt = first.get(`seals/${book}`)?.at;
      const until = anchoredAt === undefined ? Date.now() : Date.parse(anchoredAt);
      if (until - sealedAt.getTime() < anchoredWithinMs) return [];
      return [{ code: 'ANCHORS_MISSING', book, day: sealedAt.toISOString().slice(0, 10) }];
    });
  }

  private async check(book: Book, findings: SealFinding[]): Promise<BookChecked> {
    const checked = { book: book.name, seals: 0, entries: 0, removed: 0 };
    let before: Seal | undefined;
    for (;;) {
      const next = await this.sealsAfter(book, before?.position ?? 0);
      if (next.length === 0 || findings.length > findingsMax) break;
      const entries = await this.entriesOf(book, next[0]!.position, next.at(-1)!.position);
      for (const seal of next) {
        const found = entries.get(seal.position) ?? [];
        findings.push(...linkFindings(seal, before), ...periodFindings(seal, found));
        checked.seals += 1;
        checked[found.length > 0 ? 'entries' : 'removed'] += seal.entries;
        before = seal;
      }
    }
    findings.push(...(await this.unsealed(book)));
    return checked;
  }

  /** As many as have no more entries than are read at once; at least one. */
  private async sealsAfter({ name }: Book, position: number): Promise<Seal[]> {
    const rows = await this.read<Seal>(
      `select ${sealColumns} from ${seals} where book = $1 and position > $2 order by position limit $3`,
      [name, position, sealsAtOnce],
    );
    let entries = 0;
    return rows.filter((seal, at) => (entries += seal.entries) <= entriesAtOnce || at === 0);
  }

  private async entriesOf({ name, table }: Book, from: number, to: number) {
    const rows = await this.read<EntryFound>(
      `select s.seal, s.entry::text, s.digest, to_jsonb(e.recorded_at) #>> '{}' as "recordedAt", ${contentOf('e')} as content
         from platform.sealed_entry s left join ${table} e on e.id = s.entry
        where s.book = $1 and s.seal between $2 and $3 order by s.seal, s.entry`,
      [name, from, to],
    );
    return Map.groupBy(rows, ({ seal }) => seal);
  }

  private async unsealed({ name, table }: Book): Promise<SealFinding[]> {
    const rows = await this.read<{ entry: string; day: string }>(
      `select e.id::text as entry, (e.recorded_at at time zone 'UTC')::date as day from ${table} e
        where e.id <= (${swept}) and not exists (
          select from platform.sealed_entry s where s.book = $1 and s.entry = e.id)
        order by e.id limit $2`,
      [name, findingsMax],
    );
    return rows.map((row) => ({ code: 'ENTRY_ADDED', book: name, ...row }));
  }

  private read<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return this.unitOfWork.run(async (tx) => {
      const [, { rows }] = await together(tx.query(inUtc), tx.query<Row>(text, values));
      return rows;
    });
  }
}

type EntryFound = {
  readonly seal: number;
  readonly entry: string;
  readonly digest: Buffer;
  /** Null: the entry is gone. */
  readonly recordedAt: string | null;
  readonly content: string | null;
};

function linkFindings(seal: Seal, before: Seal | undefined): SealFinding[] {
  const { book, position } = seal;
  const expected = (before?.position ?? 0) + 1;
  if (position !== expected) {
    return [
      { code: 'SEAL_REMOVED', book, seal: expected, day: dayOf(before?.newestAt ?? seal.oldestAt) },
    ];
  }
  const follows = seal.previousHash === (before?.hash ?? sealOrigin);
  if (follows && sealHashOf(seal) === seal.hash) return [];
  return [{ code: 'SEAL_REWRITTEN', ...of(seal) }];
}

function periodFindings(seal: Seal, found: readonly EntryFound[]): SealFinding[] {
  if (found.length === 0) return isDue(seal) ? [] : [{ code: 'PERIOD_REMOVED', ...of(seal) }];
  const isWhole = found.length === seal.entries && entriesHashOf(found) === seal.entriesHash;
  return [
    ...(isWhole ? [] : [{ code: 'PERIOD_CHANGED' as const, ...of(seal) }]),
    ...found.flatMap((row): SealFinding[] => {
      const code = mistakeOf(row, seal);
      return code ? [{ code, ...of(seal), entry: row.entry }] : [];
    }),
  ];
}

function mistakeOf({ content, recordedAt, digest }: EntryFound, { sweptAt }: Seal) {
  if (content === null || recordedAt === null) return 'ENTRY_REMOVED';
  if (!digestOf(content).equals(digest)) return 'ENTRY_REWRITTEN';
  const isLate =
    sweptAt !== null && Date.parse(recordedAt) < Date.parse(sweptAt) - lateMinutes * 60_000;
  return isLate ? 'ENTRY_ADDED' : undefined;
}

const of = ({ book, position, newestAt }: Seal) => ({ book, seal: position, day: dayOf(newestAt) });
const dayOf = (instant: string): LocalDate => localDate(instant.slice(0, 10));

function isDue({ keptUntil, newestAt }: Seal): boolean {
  const today = dayOf(new Date().toISOString());
  const due = localDate(keptUntil);
  return !isBefore(today, due) && !isBefore(due, addDays(dayOf(newestAt), keptDaysMin));
}
