import type pg from 'pg';

/** An event that waits to be published, as PostgreSQL writes it. */
export type WaitingRow = {
  readonly id: string;
  readonly event_id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly value: string | null;
  readonly occurred_at: string;
  readonly business_date: string;
  readonly causation: string | null;
  readonly traceparent: string | null;
};

const columns =
  'id, event_id, topic, type, key, value, occurred_at, business_date, causation, traceparent';

// Texts go to the record as PostgreSQL writes them: parsing dates and numbers would only cost time.
const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

const takeAll = { name: 'relay-take', text: takeText('platform.outbox as waiting') };
// One instant for all rows: a clock that goes on would let a later row of a key pass while the first still waits.
const takeWhatIsNotSetAside = {
  name: 'relay-take-carefully',
  text: takeText(`platform.outbox as waiting where not exists (
    select from platform.unsent_key as unsent
     where unsent.topic = waiting.topic and (unsent.key is null or unsent.key = waiting.key)
       and unsent.next_try_at > now())`),
};

/**
 * The oldest, $1 rows and $2 bytes at most, one in any case. What a row weighs is an estimate: its value, and about
 * 250 bytes of envelope. PostgreSQL tells the length of a value without reading it.
 */
function takeText(source: string): string {
  return `select ${columns} from (
    select *, sum(weight) over (order by id rows unbounded preceding) as weight_with_it
      from (select waiting.*, coalesce(octet_length(value), 0) + octet_length(type)
                     + 2 * octet_length(key) + 250 as weight
              from ${source} order by id limit $1) as oldest) as weighed
    where weight_with_it <= $2 or weight_with_it = weight order by id`;
}

export type Portion = {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** Without what the broker refuses and is not to be tried again yet. */
  readonly careful: boolean;
};

/** From the start each time, in order. */
export async function takeRows(
  client: pg.Client,
  { rowsMax, bytesMax, careful }: Portion,
): Promise<WaitingRow[]> {
  const { rows } = await client.query<WaitingRow>({
    ...(careful ? takeWhatIsNotSetAside : takeAll),
    values: [rowsMax, bytesMax],
    types: asText,
  });
  return rows;
}

/** Ids as an int8multirange of PostgreSQL: ids in a row are one range. */
export type RowIds = `{${string}}`;

export function rowIdsOf(rows: readonly { readonly id: string }[]): RowIds {
  const ids = rows.map(({ id }) => Number(id)).sort((one, other) => one - other);
  const ranges: string[] = [];
  for (let from = 0, to = 1; from < ids.length; from = to, to += 1) {
    while (ids[to] === ids[to - 1]! + 1) to += 1;
    ranges.push(`[${ids[from]},${ids[to - 1]}]`);
  }
  return `{${ranges.join()}}`;
}

/** Those that are on their way. */
export async function readRows(client: pg.Client, ids: RowIds): Promise<WaitingRow[]> {
  const { rows } = await client.query<WaitingRow & { expected: string }>({
    text: `select ${columns}, (select sum(upper(r) - lower(r)) from unnest($1::int8multirange) r) as expected
             from platform.outbox
            where id between lower($1::int8multirange) and upper($1::int8multirange) - 1 and id <@ $1::int8multirange
            order by id`,
    values: [ids],
    types: asText,
  });
  if (rows.length !== Number(rows[0]?.expected))
    throw new Error('rows on their way are no longer in the outbox');
  return rows;
}
