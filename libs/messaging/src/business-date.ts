import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

/** The service has consumed no business day yet, so nothing can be dated (MKT-4). */
export class BusinessDayNotBegun extends defineProblem('BUSINESS_DAY_NOT_BEGUN', 'unavailable') {}

/** The day a service stands at: the last one that it consumed (MKT-4). Nobody reads the wall clock. */
export abstract class BusinessDate {
  /**
   * Inside a transaction the day stays until the transaction ends: a day start waits for it.
   * Throws BusinessDayNotBegun before the first day.
   */
  abstract today(tx?: Transaction): Promise<LocalDate>;
}

@Injectable()
export class PgBusinessDate extends BusinessDate {
  constructor(private readonly database: Database) {
    super();
  }

  async today(tx?: Transaction): Promise<LocalDate> {
    const { rows } = await withoutDay(() =>
      tx
        ? tx.query<{ day: LocalDate | null }>({
            name: 'today',
            text: 'select platform.business_date() as day',
          })
        : this.database.query<{ day: LocalDate | null }>('select day from platform.business_day'),
    );
    const day = rows[0]?.day;
    if (!day) throw dayNotBegun();
    return day;
  }
}

/** Runs a statement that asks for the day, and says it in the domain's words where there is none. */
export async function withoutDay<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw dayNotBegunOf(error);
  }
}

/** The failure of a statement that asks for the day, in the domain's words where there is none. */
export function dayNotBegunOf(error: unknown): unknown {
  return (error as { code?: unknown }).code === 'EN001' ? dayNotBegun() : error;
}

function dayNotBegun(): BusinessDayNotBegun {
  return new BusinessDayNotBegun(
    'Le calendrier n’a pas encore commencé : réessayez quand la première journée est ouverte.',
  );
}
