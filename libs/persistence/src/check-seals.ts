import { addDays, isBefore, type LocalDate, localDate } from '#libs/time';
import { type AnchorsChecked, CheckAnchors } from './check-anchors.js';
import type { Anchoring } from './anchoring.js';
import type { SealFinding } from './say-finding.js';
import { digestOf, entriesHashOf, type Seal, sealHashOf, sealOrigin } from './seal.js';
import {
  type Book,
  contentOf,
  inUtc,
  lateMinutes,
  sealRead,
  seals,
  type Seals,
  swept,
} from './seals.js';
import { together } from './transaction.js';
import type { UnitOfWork } from './unit-of-work.js';

export type SealsChecked = {
  readonly books: readonly BookChecked[];
  readonly anchors: number;
  /** What restores took from chains, as two persons have acknowledged. */
  readonly breaks: AnchorsChecked['breaks'];
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
const anchoredWithinMs = 24 * 3_600_000;
/** No entry is due before, whatever its seal says. */
const keptDaysMin = 180;

/**
 * Compares every entry of every book with its seal, and the seals with one another. The hashes are computed here: the
 * database is what is doubted.
 */
export class CheckSeals {
  private readonly checkAnchors: CheckAnchors;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly seals: Seals,
    anchoring: Anchoring,
  ) {
    this.checkAnchors = new CheckAnchors(anchoring);
  }

  /** All books, or one. */
  async execute(only?: string): Promise<SealsChecked> {
    // What is left without a seal after that was written under what has been sealed long ago.
    await this.seals.seal();
    const findings: SealFinding[] = [];
    const books: BookChecked[] = [];
    for (const book of await this.seals.books()) {
      if (only === undefined || book.name === only) books.push(await this.check(book, findings));
    }
    const anchors = await this.checkAnchors.execute(
      (subject) => only === undefined || subject === `seals/${only}`,
    );
    findings.push(...anchors.findings, ...(await this.missingAnchors(anchors, only)));
    return {
      ...{ books, anchors: anchors.checked, breaks: anchors.breaks },
      findings: findings.slice(0, findingsMax),
    };
  }

  /**
   * A seal is anchored when it is made. One older than a day without an anchor had one that is gone: before the first
   * that is left, or after the last.
   */
  private async missingAnchors(
    { first, last }: AnchorsChecked,
    only: string | undefined,
  ): Promise<SealFinding[]> {
    const anchored = [...last.values()];
    const rows = await this.read<{ book: string; begunAt: Date | null; unanchoredAt: Date | null }>(
      `select s.book, min(sealed_at) filter (where s.position = 1) as "begunAt",
              min(sealed_at) filter (where s.position > coalesce(a.position, 0)) as "unanchoredAt"
         from platform.seal s left join unnest($1::text[], $2::integer[]) as a (subject, position) on a.subject = 'seals/' || s.book
        where $3::text is null or s.book = $3 group by s.book`,
      [
        anchored.map(({ subject }) => subject),
        anchored.map(({ position }) => position),
        only ?? null,
      ],
    );
    return rows.flatMap(({ book, begunAt, unanchoredAt }): SealFinding[] => {
      const firstAt = first.get(`seals/${book}`)?.at;
      const beginsLate = firstAt !== undefined && isOlder(begunAt, Date.parse(firstAt));
      const since = beginsLate ? begunAt : isOlder(unanchoredAt, Date.now()) ? unanchoredAt : null;
      if (since === null) return [];
      return [{ code: 'ANCHORS_MISSING', book, day: since.toISOString().slice(0, 10) }];
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
      `select ${sealRead} from ${seals} where book = $1 and position > $2 order by position limit $3`,
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

const isOlder = (at: Date | null, than: number) =>
  at !== null && than - at.getTime() >= anchoredWithinMs;

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
