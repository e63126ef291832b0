import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ReadingsSoFar } from '../domain/academy-reading.js';
import { final } from '../domain/directory-import.js';

/** Ended, and nothing of it was left unapplied: neither rejected nor expired nor answered by another one. */
const appliedWhole = `i.state = 'COMPLETED' and not exists (
  select from plan p join plan_school q using (plan_id)
  where p.import_id = i.import_id and p.state = 'CURRENT' and q.state not in ('RELEASED', 'APPROVED'))`;

/** Readings of an academy's directory are imports: what the next one begins with follows from them. */
export class AcademyReadings {
  async soFar(tx: Transaction, source: string): Promise<ReadingsSoFar> {
    const { rows } = await tx.query<{ full_on: LocalDate | null; is_full_open: boolean }>(
      `select max(i.dated_on) filter (where ${appliedWhole}) as full_on,
         coalesce(bool_or(i.state <> all($2)), false) as is_full_open
       from directory_import i where i.source = $1 and i.extent = 'FULL'`,
      [source, final],
    );
    const { full_on, is_full_open } = rows[0]!;
    return { fullOn: full_on ?? undefined, isFullOpen: is_full_open };
  }

  /** Whether one that would say as much has been asked for and nobody has begun it. */
  async isWaiting(tx: Transaction, source: string, extent: 'FULL' | 'DELTA'): Promise<boolean> {
    const { rowCount } = await tx.query(
      `select from directory_import i where i.source = $1 and i.extent in ('FULL', $2)
         and i.state = 'READING' and i.attempts = 0 limit 1`,
      [source, extent],
    );
    return rowCount === 1;
  }

  /** The stamp up to which the source's changes are applied: of the last reading that was applied whole. */
  async appliedUpTo(tx: Transaction, source: string): Promise<Date | undefined> {
    const { rows } = await tx.query<{ ms: string | null }>(
      `select extract(epoch from i.read_up_to)::bigint * 1000 as ms from directory_import i
       where i.source = $1 and ${appliedWhole} order by i.started_at desc, i.import_id desc limit 1`,
      [source],
    );
    return rows[0]?.ms == null ? undefined : new Date(Number(rows[0].ms));
  }
}
