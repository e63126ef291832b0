import { PrismaPg } from '@prisma/adapter-pg';
import { dayNumberOf, localDate, type LocalDate } from '#libs/time';
import type { Database } from './database.js';

type Reading =
  | 'findUnique'
  | 'findUniqueOrThrow'
  | 'findFirst'
  | 'findFirstOrThrow'
  | 'findMany'
  | 'count'
  /** Compares two columns of a row. */
  | 'fields';

/**
 * A generated client without what writes, aggregates or opens a transaction: its adapter has open
 * faults inside those, and an effect belongs to the `pg` transaction that tells of it.
 */
export type ReadsOf<Client> = {
  readonly [
    Table in keyof Client as Client[Table] extends { findMany: unknown } ? Table : never
  ]: Pick<Client[Table], Reading & keyof Client[Table]>;
};

/** Lets a generated client read over the process's one pool, which it neither owns nor ends. */
export function adapterOver(database: Database): PrismaPg {
  return new ReadingAdapter(database);
}

/** Types forbid what is not a read; this refuses it also to whoever goes round them. */
class ReadingAdapter extends PrismaPg {
  constructor(private readonly database: Database) {
    super(database.pool, { disposeExternalPool: false });
  }

  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      // A row that is created comes back through here too.
      if (!/^\s*select\b/i.test(query.sql)) return refuse();
      const result = await this.database.lockWaits.run(() => queryRaw(query));
      return { ...result, rows: result.rows.map((row) => row.map(asTheClientExpects)) };
    };
    adapter.executeRaw = refuse;
    adapter.startTransaction = refuse;
    return adapter;
  }
}

// This process reads bigint as BigInt everywhere (database.ts); the generated clients take text only.
const asTheClientExpects = (value: unknown) =>
  typeof value === 'bigint' ? value.toString() : value;

const refuse = () =>
  Promise.reject(new RangeError('typed reads neither write nor open a transaction'));

const millisecondsPerDay = 86_400_000;

/** A day as the generated clients give and take it: midnight UTC. */
export const dayFrom = (date: Date): LocalDate => localDate(date.toISOString().slice(0, 10));
export const dayTo = (day: LocalDate): Date => new Date(dayNumberOf(day) * millisecondsPerDay);
