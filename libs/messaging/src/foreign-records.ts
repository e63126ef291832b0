import { Injectable } from '@nestjs/common';
import { headers as names, schemaOf } from '#libs/contracts';
import { audit, type Database, type Transaction, type UnitOfWork } from '#libs/persistence';
import type { Decider } from './position-decisions.js';
import type { ProofFault } from './proofs/proof-verifier.js';
import type { LoggedRecord } from './received-event.js';

/** A record that the owner of its topic did not write (FCT-1), or that it no longer states. */
export type ForeignRecord = {
  readonly record: LoggedRecord;
  readonly fault: ProofFault | 'NO_NUMBER' | 'OLD_INCARNATION' | 'DISOWNED' | 'BATCH_UNREADABLE';
};

type Stretch = {
  readonly from: bigint;
  to: bigint;
  records: number;
  fault: ForeignRecord['fault'] | 'MIXED';
  type: string | null;
};

/** Offsets that it takes: one, or those of a whole batch that cannot be read. */
export const offsetsOf = ({ record: { offset, unreadable } }: ForeignRecord): number =>
  unreadable ? Number(offset - unreadable.from) + 1 : 1;

/**
 * Keeps where they stand and why they were refused, one row for neighbours that were refused alike. Neither key nor
 * value is kept: a stranger may have written anything there, a name of a child included (SUP-4). Returns the number of
 * new rows, of which a partition has 100 at most until somebody acknowledges them.
 */
export async function setForeignAside(
  tx: Transaction,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  foreign: readonly ForeignRecord[],
): Promise<number> {
  if (foreign.length === 0) return 0;
  const stretches = stretchesOf(foreign);
  const rows = await tx.value<number>(
    'select platform.set_foreign_aside($1, $2, $3, $4, $5, $6, $7)',
    [
      ...[topic, partition],
      stretches.map(({ from }) => from),
      stretches.map(({ to }) => to),
      stretches.map(({ records }) => records),
      stretches.map(({ fault }) => fault),
      stretches.map(({ type }) => type),
    ],
  );
  return rows ?? 0;
}

/** Of one batch. */
const stretchesMax = 100;

function stretchesOf(foreign: readonly ForeignRecord[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const one of foreign) {
    const { record, fault } = one;
    const { offset: to } = record;
    const from = record.unreadable?.from ?? to;
    const records = offsetsOf(one);
    const last = stretches.at(-1);
    const continues = last?.fault === fault && last.to + 1n === from;
    if (last && (continues || stretches.length === stretchesMax)) {
      last.to = to;
      last.records += records;
      if (last.fault !== fault) last.fault = 'MIXED';
      continue;
    }
    // A type that is none of ours may hold anything.
    const type = record.header(names.type);
    const isKnown = type !== undefined && schemaOf(type) !== undefined;
    stretches.push({ from, to, records, fault, type: isKnown ? type : null });
  }
  return stretches;
}

export type ForeignStretch = {
  readonly id: bigint;
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly records: number;
  readonly fault: string;
  readonly type: string | null;
  readonly setAsideAt: Date;
};

/** What was set aside and nobody has acknowledged. Acknowledging changes no effect: these records never have one. */
@Injectable()
export class ForeignRecords {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Oldest first, 200 rows at most, with the number of all records. */
  async list(limit: number): Promise<{ stretches: ForeignStretch[]; total: bigint }> {
    const { rows } = await this.database.query<ForeignStretch>(
      `select id, topic, partition, first_offset as "firstOffset", last_offset as "lastOffset", records, fault, type,
              set_aside_at as "setAsideAt"
         from platform.foreign_record where acknowledged_at is null order by id limit $1`,
      [Math.min(limit, 200)],
    );
    const { rows: sums } = await this.database.query<{ total: bigint }>(
      'select coalesce(sum(records), 0)::bigint as total from platform.foreign_record where acknowledged_at is null',
    );
    return { stretches: rows, total: sums[0]?.total ?? 0n };
  }

  /** All up to this row at once. Returns the number of records. */
  acknowledge(throughId: bigint, { userId, reason }: Decider): Promise<bigint> {
    return this.unitOfWork.run(async (tx) => {
      const { rows } = await tx.query<{ records: number }>(
        `update platform.foreign_record set acknowledged_at = clock_timestamp(), acknowledged_by = $2, reason = $3
          where acknowledged_at is null and id <= $1 returning records`,
        [throughId, userId, reason],
      );
      const records = rows.reduce((sum, row) => sum + BigInt(row.records), 0n);
      if (records === 0n) return records;
      const details = { reason, records: records.toString(), throughId: throughId.toString() };
      const subject = 'foreign-records' as const;
      await audit(tx, { action: 'foreign-records.acknowledged', subject, actor: userId, details });
      return records;
    });
  }
}
