import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { NewEvent } from '#libs/contracts';
import { freshDatabase, type FreshDatabase, type MessagingBed } from '#libs/testing';

/** A service that tells, on a database of its own, which is copied as a backup is. */
export type OwnerDatabase = {
  readonly url: string;
  /** Writes and publishes it on one of its databases; the relay is gone afterwards. */
  readonly tell: (databaseUrl: string, ...events: NewEvent[]) => Promise<void>;
  /** As it stands now: the address of a copy. One at most. */
  readonly backup: () => Promise<string>;
  readonly end: () => Promise<void>;
};

export async function anOwner(bed: MessagingBed): Promise<OwnerDatabase> {
  const source = await freshDatabase('platform');
  let copy: FreshDatabase | undefined;
  return {
    url: source.ownerUrl,
    tell: async (databaseUrl, ...events) => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await write(client, events);
      const relay = bed.relay({ databaseUrl });
      await bed.until('it is published', async () => {
        const { rows } = await client.query<{ n: bigint }>(
          'select (select count(*) from platform.outbox) as n',
        );
        return Number(rows[0]?.n) === 0;
      });
      await relay.stop();
      await client.end();
    },
    backup: async () => {
      copy = await source.copy();
      return copy.ownerUrl;
    },
    end: async () => {
      await copy?.drop();
      await source.drop();
    },
  };
}

async function write(client: pg.Client, events: readonly NewEvent[]): Promise<void> {
  for (const { type, topic, key, value } of events)
    await client.query(
      `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
       values ($1, $2, $3, $4, $5, clock_timestamp(), '2022-01-03')`,
      [randomUUID(), topic, type, key, value && Buffer.from(value)],
    );
}
