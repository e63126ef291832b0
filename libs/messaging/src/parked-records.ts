import type { Transaction } from '#libs/persistence';
import { headers as names } from '#libs/contracts';
import { storable } from './kafka-record.js';
import { belongingOf } from './market-of.js';
import type { RawRecord } from './received-event.js';

/** Of one record; a batch that cannot be read has a cause of its own (`setAsideBatch`). */
export type ParkingCause =
  | 'UNDECODABLE'
  | 'UNKNOWN_TYPE'
  | 'HANDLER_FAILED'
  | 'BEHIND_A_PARKED_EVENT'
  /** Dated after the service's day, and the calendar did not come in time: released when it does (MKT-4). */
  | 'AWAITS_CALENDAR';

export type ToPark = {
  readonly record: RawRecord;
  readonly cause: ParkingCause;
  readonly detail: string;
};

/** The keys among these that have something parked: what comes later for them has to wait behind it. */
export async function parkedKeysAmong(
  tx: Transaction,
  topic: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const { rows } = await tx.query<{ key: string }>(
    `select distinct key from platform.parked_event where topic = $1 and key = any($2::text[])`,
    [topic, keys],
  );
  return new Set(rows.map((row) => row.key));
}

/** Sets records aside, in order. Of a personal topic only position, key and cause are kept (SUP-4). */
export async function park(
  tx: Transaction,
  all: readonly ToPark[],
  personal: boolean,
): Promise<void> {
  if (all.length === 0) return;
  const value = ({ record }: ToPark) => (personal ? null : record.value);
  const belonging = all.map(({ record }) => (personal ? undefined : belongingOf(record)));
  const envelope = ({ record }: ToPark) => (personal ? null : JSON.stringify(headersOf(record)));
  await tx.query(
    `insert into platform.parked_event (topic, partition, "offset", key, type, cause, cause_detail, headers, value, awaits,
                                        market_code, membership_id)
     select * from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::bytea[], $10::date[],
                          $11::text[], $12::text[])
     on conflict (topic, partition, "offset") do nothing`,
    [
      all.map(({ record }) => record.topic),
      all.map(({ record }) => record.partition),
      all.map(({ record }) => record.offset),
      all.map(({ record }) => record.key),
      all.map(({ record }) => record.header(names.type) ?? null),
      all.map(({ cause }) => cause),
      // An error's text may quote a person's data: of a personal topic its code must do.
      all.map(({ detail }) => (personal ? '' : parkedDetail(detail))),
      all.map(envelope),
      all.map(value),
      all.map(({ record, cause }) =>
        cause === 'AWAITS_CALENDAR' ? record.header(names.businessDate) : null,
      ),
      belonging.map((one) => one?.marketCode ?? null),
      belonging.map((one) => one?.membershipId ?? null),
    ],
  );
}

/** An error may quote what PostgreSQL does not take as text. */
export const parkedDetail = (text: string): string => storable(text.slice(0, 1_000).toWellFormed());

function headersOf(record: RawRecord): Record<string, string> {
  const found = Object.values(names).map((name) => [name, record.header(name)] as const);
  return Object.fromEntries(
    found.filter((pair): pair is [(typeof pair)[0], string] => pair[1] !== undefined),
  );
}
