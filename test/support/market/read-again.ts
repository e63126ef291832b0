import pg from 'pg';
import { madeOfFacts as ofConsole } from '../../../apps/console/src/read-model/consumption.js';
import { madeOfFacts as ofMetering } from '../../../apps/metering/src/consumption.js';
import type { Stack } from '../../../deploy/local/stack.mjs';

/** What a service knows from the facts of others alone: its tables, and those of which another look is compared. */
type Known = { readonly tables: readonly string[]; readonly as?: Readonly<Record<string, string>> };

const known = {
  metering: {
    tables: ofMetering,
    // Changes of a day are spread over shards as they come, to keep writers apart.
    as: {
      usage_change:
        'select membership_id, item_code, uai, day, sum(delta) as delta from usage_change group by 1, 2, 3, 4 having sum(delta) <> 0',
    },
  },
  billing: {
    tables: [
      ...[
        'market',
        'membership',
        'membership_bound',
        'commitment',
        'chorus_pro',
        'billing_rhythm',
        'ledger_line',
      ],
    ],
  },
  console: { tables: ofConsole },
} satisfies Record<string, Known>;
type Reader = keyof typeof known;
export const readers = Object.keys(known) as Reader[];

/** `table: row` of each row that a service has from facts; equal rows are counted. */
export async function rowsOf(stack: Stack, reader: Reader): Promise<Set<string>> {
  const { tables, as = {} }: Known = known[reader];
  return asOwner(stack, reader, async (client) => {
    const all = new Set<string>();
    for (const table of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select to_jsonb(one)::text || ' ' || row_number() over (partition by to_jsonb(one)) as row from (${as[table] ?? `table "${table}"`}) as one`,
      );
      for (const { row } of rows) all.add(`${table}: ${row}`);
    }
    return all;
  });
}

/**
 * A service loses all that it has from facts, its day and its positions, and reads everything again: facts of
 * many days, partition by partition, while the calendar is read to its end at once.
 */
export async function readAgain(stack: Stack, reader: Reader): Promise<void> {
  await asOwner(stack, reader, async (client) => {
    await client.query('begin');
    // Neither the process that is killed nor the next one sees half of it.
    await client.query('lock table platform.consumer_position in access exclusive mode');
    await client.query('set local session_replication_role = replica');
    for (const table of [...known[reader].tables, 'platform.consumer_position']) {
      await client.query(`delete from ${table}`);
    }
    await client.query('update platform.business_day set day = null');
    for (const each of stack.processesOf(reader)) stack.kill(each);
    await client.query('commit');
  });
  for (const each of stack.processesOf(reader)) await stack.waitReady(each, 90_000);
}

async function asOwner<T>(
  stack: Stack,
  reader: Reader,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(stack.backing.postgresUrl);
  url.pathname = new URL(stack.backing.databaseUrls[reader]!).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
