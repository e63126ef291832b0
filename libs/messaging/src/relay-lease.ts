import type pg from 'pg';
import type { ArchivedBatch } from './fact-archive.js';
import type { LastNumber } from './last-numbers.js';
import { type RowIds, rowIdsOf } from './outbox-rows.js';

/** Each write of the holder bears its fence and renews the lease. */
type Held = {
  /** Higher at each taking: what bears an older one is refused. */
  readonly fence: string;
  readonly leaseMs: number;
};

/** Who publishes, and where the former one stopped. */
export type Lease = Held & {
  readonly nextSeq: bigint;
  /** Rows on their way. */
  readonly ids: RowIds | undefined;
};

/** Another relay has taken over since: this one was frozen or cut off, and what it wanted to write was refused. */
export class RelaySucceeded extends Error {
  override readonly name = 'RelaySucceeded';
  constructor() {
    super('another relay publishes this outbox now');
  }
}

type LeaseRow = { fence: string; next_seq: string; ids: RowIds | null };

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
      returning fence::text, next_seq::text, ids::text`,
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
  ids: RowIds,
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
  readonly rows: readonly { readonly id: string }[];
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
  { rows, numbers, archived }: Sent,
): Promise<void> {
  const { rows: answers } = await client.query<{ held: boolean }>({
    name: 'relay-forget',
    text: `select platform.forget_sent($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as held`,
    values: [
      fence,
      leaseMs,
      rowIdsOf(rows),
      numbers.map(({ topic }) => topic),
      numbers.map(({ partition }) => partition),
      numbers.map(({ seq }) => seq),
      numbers.map(({ digest }) => digest),
      archived.map(({ topic }) => topic),
      archived.map(({ partition }) => partition),
      archived.map(({ prevSeq }) => prevSeq),
      archived.map(({ firstSeq }) => firstSeq),
      archived.map(({ lastSeq }) => lastSeq),
      archived[0]?.epoch,
      archived.map(({ events }) => events),
      archived.map(({ bytes }) => bytes),
      archived.map(({ records }) => records.length),
      // One value, which travels as bytes: in an array each would travel as text, twice as long.
      Buffer.concat(archived.map(({ records }) => records)),
    ],
  });
  if (!answers[0]?.held) throw new RelaySucceeded();
}

const until = (ms: string) => `clock_timestamp() + ${ms} * interval '1 millisecond'`;
