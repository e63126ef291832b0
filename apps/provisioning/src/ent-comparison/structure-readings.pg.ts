import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { oneMore } from '../accounts/accounts.module.js';

export type StructureReading = {
  readonly uai: string;
  readonly structureId: string;
  /** The business day for which the school is read. */
  readonly askedOn: LocalDate;
  /** This one included. */
  readonly attempts: number;
  /** Of whoever has it: no two are the same, on whatever day and try. */
  readonly take: string;
};

/** Schools that are still to be looked at today: the progress of a night, a school at a time. */
@Injectable()
export class StructureReadings {
  constructor(private readonly database: Database) {}

  /** Whoever takes one has it for a minute (`keep`); a process that was killed loses it to the next then. */
  async next(): Promise<StructureReading | undefined> {
    const { rows } = await this.database.query<{
      uai: string;
      ent_id: string;
      attempts: number;
      asked_on: LocalDate;
      take: string;
    }>({
      name: 'next-reading',
      text: `update structure_reading r set attempts = ${oneMore('attempts')}, not_before = now() + $1 * interval '1 millisecond', take = gen_random_uuid()
       from ent_structure s
       where s.uai = r.uai and r.uai = (
         select uai from structure_reading where not_before <= now() order by not_before, uai limit 1 for update skip locked)
       returning r.uai, s.ent_id, r.attempts, r.asked_on, r.take`,
      values: [takenMs],
    });
    const row = rows[0];
    return (
      row && {
        ...{ uai: row.uai, structureId: row.ent_id },
        ...{ attempts: row.attempts, askedOn: row.asked_on, take: row.take },
      }
    );
  }

  /**
   * One school, or all, for today, those at once that rest; how many. Who is being read already is read once, but for a
   * `waitMs`: nothing is read before, and what a reading of before finds is not written.
   */
  async ask(tx: Transaction, uai: string | undefined, waitMs = 0): Promise<number> {
    const { rowCount } = await tx.query(
      `insert into structure_reading (uai, asked_on, not_before)
       select uai, platform.business_date(), now() + $2 * interval '1 millisecond' from ent_structure where $1::text is null or uai = $1
       on conflict (uai) do update set take = case when $2 = 0 then structure_reading.take end,
           not_before = case when $2 = 0 then least(structure_reading.not_before, excluded.not_before) else excluded.not_before end
         where structure_reading.take is null or $2 > 0`,
      [uai ?? null, waitMs],
    );
    return rowCount ?? 0;
  }

  /** For another minute from now on. */
  async keep(reading: StructureReading): Promise<void> {
    await this.rest(reading, takenMs, reading.take);
  }

  /** False: another process has taken it since, or a later day has asked anew; what was read is not to be written. */
  async settle(tx: Transaction, { uai, take }: StructureReading): Promise<boolean> {
    const { rowCount } = await tx.query(
      'delete from structure_reading where uai = $1 and take = $2',
      [uai, take],
    );
    return rowCount === 1;
  }

  /** Given back: whoever finds it due takes it, and who asks for the school has it at once. */
  async postpone(reading: StructureReading, waitMs: number): Promise<void> {
    await this.rest(reading, waitMs, null);
  }

  private async rest(
    { uai, take }: StructureReading,
    forMs: number,
    then: string | null,
  ): Promise<void> {
    await this.database.query(
      `update structure_reading set not_before = now() + $3 * interval '1 millisecond', take = $4 where uai = $1 and take = $2`,
      [uai, take, forMs, then],
    );
  }
}

const takenMs = 60_000;
/** How often it is kept: two that fail lose nothing. */
export const keptEveryMs = takenMs / 3;
