import type pg from 'pg';
import type { ArchivedBatch } from './fact-archive.js';
import type { LastNumber } from './last-numbers.js';

/** Each write of the holder bears its fence and renews the lease. */
type Held = {
  /** Higher at each taking: what bears an older one is refused. */
  readonly fence: string;
  readonly leaseMs: number;
};

/** Who publishes, and where the former one stopped. */
export type Lease = Held & {
  readonly nextSeq: bigint;
  /** Rows on their way, in order. */
  readonly ids: string[] | undefined;
};

/** Another relay has taken over since: this one was frozen or cut off, and what it wanted to write was refused. */
export class RelaySucceeded extends Error {
  override readonly name = 'RelaySucceeded';
  constructor() {
    super('another relay publishes this outbox now');
  }
}

type LeaseRow = { fence: string; next_seq: string; ids: string[] | null };

/**
 * Undefined while another holds it: one whose connection is open and whose lease is not over; and until facts that are
 * told again have been told to their end (`tellAgain`). The clock is the database's alone. Who waited for the row while
 * it was written judges it as it then is, and everything else as it was before: hence the fence of before.
 */
export async function takeLease(client: pg.Client, leaseMs: number): Promise<Lease | undefined> {
  const { rows } = await client.query<LeaseRow>(
    `update platform.relay_state
        set holder_pid = me.pid, holder_connected_at = me.backend_start, fence = fence + 1,
            held_until = ${until('$1')}
       from pg_stat_activity as me
      where me.pid = pg_backend_pid() and not exists (select from platform.telling_again)
        and fence = (select fence from platform.relay_state)
        and (held_until < clock_timestamp() or not exists (
        select from pg_stat_activity as holder
         where holder.pid = holder_pid and holder.backend_start = holder_connected_at))
      returning fence::text, next_seq::text, ids::text[]`,
    [leaseMs],
  );
  const [row] = rows;
  if (row) {
    return {
      fence: row.fence,
      leaseMs,
      nextSeq: BigInt(row.next_seq),
      ids: row.ids ?? undefined,
    };
  }
  const { rowCount } = await client.query('select from platform.relay_state');
  if (rowCount === 0) throw new Error('platform.relay_state has no row: migrate the database');
  return undefined;
}

/** @throws {RelaySucceeded} */
export async function renewLease(client: pg.Client, { fence, leaseMs }: Held): Promise<void> {
  const { rowCount } = await client.query({
    name: 'relay-renew',
    text: `update platform.relay_state set held_until = ${until('$2')} where fence = $1`,
    values: [fence, leaseMs],
  });
  if (rowCount === 0) throw new RelaySucceeded();
}

/** So that the next one need not wait. */
export async function releaseLease(client: pg.Client, { fence }: Held): Promise<void> {
  await client.query(`update platform.relay_state set held_until = '-infinity' where fence = $1`, [
    fence,
  ]);
}

/**
 * Which rows go next, stored before they are sent.
 * @throws {RelaySucceeded}
 */
export async function fixRows(
  client: pg.Client,
  { fence, leaseMs }: Held,
  ids: readonly string[],
): Promise<void> {
  const { rowCount } = await client.query({
    name: 'relay-fix',
    text: `update platform.relay_state set ids = $1, held_until = ${until('$3')} where fence = $2`,
    values: [ids, fence, leaseMs],
  });
  if (rowCount === 0) throw new RelaySucceeded();
}

/** What the broker has taken. */
export type Sent = {
  readonly rows: readonly { readonly id: string; readonly topic: string }[];
  /** The last ones, where they differ from before. */
  readonly numbers: readonly LastNumber[];
  readonly archived: readonly ArchivedBatch[];
};

/**
 * What was sent leaves the outbox, is counted, and of facts is kept as it went.
 * @throws {RelaySucceeded}
 */
export async function forgetRows(
  client: pg.Client,
  { fence, leaseMs }: Held,
  nextSeq: bigint,
  { rows, numbers, archived }: Sent,
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { topic } of rows) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  let firstByte = 1;
  const firstBytes = archived.map(({ records }) => (firstByte += records.length) - records.length);
  const { rowCount } = await client.query({
    name: 'relay-forget',
    text: `with held as (
        update platform.relay_state set ids = null, next_seq = $2, held_until = ${until('$6')}
         where fence = $5 returning fence),
      gone as (
        delete from platform.outbox where id = any($1::bigint[]) and exists (select from held)),
      counted as (
        insert into platform.produced (topic, events)
        select each.* from unnest($3::text[], $4::bigint[]) as each, held
        on conflict (topic) do update set events = produced.events + excluded.events),
      numbered as (
        insert into platform.last_number (topic, partition, seq)
        select each.* from unnest($7::text[], $8::int[], $9::bigint[]) as each, held
        on conflict (topic, partition) do update set seq = excluded.seq),
      archived as (
        insert into platform.told (topic, partition, prev_seq, first_seq, last_seq, epoch, events, bytes, records)
        select topic, partition, prev_seq, first_seq, last_seq, epoch, events, bytes,
               substring($10::bytea from first_byte for size)
          from unnest($11::text[], $12::int[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[],
                      $17::int[], $18::int[], $19::int[], $20::int[])
                 as each (topic, partition, prev_seq, first_seq, last_seq, epoch, events, bytes, first_byte, size),
               held)
      select from held`,
    values: [
      rows.map(({ id }) => id),
      nextSeq,
      [...counts.keys()],
      [...counts.values()],
      fence,
      leaseMs,
      numbers.map(({ topic }) => topic),
      numbers.map(({ partition }) => partition),
      numbers.map(({ seq }) => seq),
      // One value, which travels as bytes: in an array each would travel as text, twice as long.
      Buffer.concat(archived.map(({ records }) => records)),
      archived.map(({ topic }) => topic),
      archived.map(({ partition }) => partition),
      archived.map(({ prevSeq }) => prevSeq),
      archived.map(({ firstSeq }) => firstSeq),
      archived.map(({ lastSeq }) => lastSeq),
      archived.map(({ epoch }) => epoch),
      archived.map(({ events }) => events),
      archived.map(({ bytes }) => bytes),
      firstBytes,
      archived.map(({ records }) => records.length),
    ],
  });
  if (rowCount === 0) throw new RelaySucceeded();
}

const until = (ms: string) => `clock_timestamp() + ${ms} * interval '1 millisecond'`;
