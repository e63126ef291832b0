import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accountChange, MessagingBed } from '#libs/testing';
import { withDecisions } from '../test/consumer-bed.test-support.js';
import { makeAnew } from '../test/topic-made-anew.test-support.js';
import { takeLease } from './relay-lease.js';
import {
  ArchiveIncomplete,
  giveUpTelling,
  readArchive,
  RelayRuns,
  tellAgain,
} from './tell-again.js';
import { UnsentKeys } from './unsent-keys.js';

/**
 * Goal: what was told to topics that are gone comes to every consumer, once. Method: a real broker whose topic is deleted
 * and made anew; a consumer whose positions are rejoined, and one that begins empty.
 */
describe('facts are told again after Kafka was lost', () => {
  let bed: MessagingBed;
  beforeEach(async () => {
    bed = await MessagingBed.start();
  }, 60_000);
  afterEach(() => bed.stop(), 60_000);

  /** Batches of 20, in lives and days that differ. */
  async function tellAccounts(from: number, to: number): Promise<void> {
    const relay = bed.relay({ rowsMax: 20 });
    for (let n = from; n < to; n += 50) {
      const changes = Array.from({ length: Math.min(50, to - n) }, (_, each) =>
        accountChange(`k${(n + each) % 7}`, n + each),
      );
      await bed.emit('2022-01-03', ...changes);
    }
    await bed.untilSent();
    await relay.stop();
  }

  const kafka = () => ({ brokers: bed.brokers, namespace: bed.namespace });
  const tell = (from: { topic: string; partition: number; seq: bigint }[] = []) =>
    tellAgain({ databaseUrl: bed.fresh.ownerUrl, kafka: kafka(), from }, bed.logger);

  const every7th = (first: number, end: number) =>
    Array.from({ length: end }, (_, n) => n).filter((n) => n % 7 === first);
  const positions = (of: string) =>
    bed.row<{ n: number }>(
      `select coalesce(sum(${of}), 0)::int as n from platform.consumer_position`,
    );

  test('who stands in the middle, and who begins empty, end with each fact once; what comes later goes on', async () => {
    await tellAccounts(0, 100);
    await bed.owner.query('update platform.relay_state set generation = 2');
    const consumer = bed.consumer();
    await bed.listen(consumer);
    await bed.untilEffects(100);
    await consumer.close();
    // Not read by anybody when the broker is lost, of a second life of the database.
    await tellAccounts(100, 250);
    await makeAnew(bed, bed.accountTopic);
    const told = await tell();
    expect(told.reduce((sum, { events }) => sum + events, 0)).toBe(250);
    expect(told).toEqual(
      (await inDatabase(readArchive)).map(({ topic, partition, events, lastSeq }) => ({
        ...{ topic, partition, events, lastSeq },
      })),
    );
    const by = { userId: 'op', reason: 'Kafka was lost' };
    await withDecisions(bed, (decisions) => decisions.rejoin({ topic: bed.accountTopic }, by));
    await tellAccounts(250, 300);
    await bed.listen(bed.consumer());
    await bed.untilEffects(300);
    expect(await positions('repeated')).toEqual({ n: 100 });
    for (const key of [0, 1, 2, 3, 4, 5, 6]) {
      expect(await bed.sequencesOf(`k${key}`)).toEqual(every7th(key, 300));
    }
  }, 90_000);

  test('an empty database reads all; told a second time, and from a number on, nothing has an effect twice', async () => {
    await tellAccounts(0, 200);
    await makeAnew(bed, bed.accountTopic);
    await tell();
    await bed.listen(bed.consumer());
    await bed.untilEffects(200);
    await tell();
    await bed.until('all repeats are seen', async () => (await positions('repeated')).n === 200);
    const [first] = await inDatabase(readArchive);
    if (!first) throw new Error('something was told');
    const portions: number[] = [];
    const { topic, partition, lastSeq } = first;
    await tellAgain(
      {
        ...{ databaseUrl: bed.fresh.ownerUrl, kafka: kafka(), topics: [topic] },
        from: [{ topic, partition, seq: lastSeq }],
        onProgress: (portion) => portions.push(portion.events),
      },
      bed.logger,
    );
    // Of that partition its last batch alone.
    const { events } = await bed.row<{ events: number }>(
      'select events from platform.told where topic = $1 and partition = $2 order by last_seq desc limit 1',
      [topic, partition],
    );
    const again = 200 - first.events + events;
    expect(portions.reduce((sum, events) => sum + events, 0)).toBe(again);
    await bed.until('they are seen', async () => (await positions('repeated')).n === 200 + again);
    expect(await bed.effects()).toHaveLength(200);
    expect(await bed.sequencesOf('k3')).toEqual(every7th(3, 200));
  }, 90_000);

  test('it refuses while a relay publishes, and while another tells; nothing new goes out before it has ended', async () => {
    const relay = bed.relay();
    await bed.emit('2022-01-03', accountChange('a', 1));
    await bed.untilSent();
    await expect(tell()).rejects.toThrow(RelayRuns);
    await relay.stop();
    await bed.owner.query('select pg_advisory_lock(7271, 2)');
    await expect(tell()).rejects.toThrow(RelayRuns);
    await bed.owner.query('select pg_advisory_unlock(7271, 2)');
    expect(await new UnsentKeys(bed.fresh.database).fault()).toBeUndefined();
    // Broken off after its first portion.
    const options = { databaseUrl: bed.fresh.ownerUrl, kafka: kafka() };
    const killed = {
      ...options,
      topics: [bed.accountTopic],
      onProgress: () => {
        throw new Error('killed');
      },
    };
    await expect(tellAgain(killed, bed.logger)).rejects.toThrow('killed');
    expect(await new UnsentKeys(bed.fresh.database).fault()).toContain('TELLING_AGAIN');
    bed.relay();
    await bed.emit('2022-01-03', accountChange('a', 2));
    await bed.listen(bed.consumer());
    await bed.untilEffects(1);
    // Asked for the lease as often as a relay asks, it is given to nobody.
    expect(await takeLease(bed.owner, 1_000)).toBeUndefined();
    expect(await bed.pending()).toBe(1);
    // Another topic is asked for: the one that was left is told too.
    const told = await tellAgain({ ...options, topics: [] }, bed.logger);
    expect(told.map(({ events }) => events)).toEqual([1]);
    await bed.untilEffects(2);
    expect(await bed.sequencesOf('a')).toEqual([1, 2]);
  }, 90_000);

  test('a relay that waited for its lease when the telling began is not given it', async () => {
    const relay = new pg.Client({ connectionString: bed.fresh.url });
    await relay.connect();
    const waiting = (count: number) =>
      bed.until(`${count} wait for the lease`, async () => {
        const { rows } = await bed.fresh.database.query(
          `select from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database()`,
        );
        return rows.length === count;
      });
    try {
      await bed.owner.query('begin; select from platform.relay_state for update');
      const told = tell();
      await waiting(1);
      const lease = takeLease(relay, 1_000);
      await waiting(2);
      await bed.owner.query('commit');
      expect([await told, await lease]).toEqual([[], undefined]);
    } finally {
      await relay.end();
    }
  }, 60_000);

  test('what it holds at once is bounded in bytes, however much is told', async () => {
    const large = Array.from({ length: 400 }, (_, n) => accountChange('a', n, 9_700));
    await bed.emit('2022-01-03', ...large);
    const relay = bed.relay({ bytesMax: 300_000 });
    await bed.untilSent();
    await relay.stop();
    const portions: number[] = [];
    const onProgress = ({ events }: { events: number }) => portions.push(events);
    await tellAgain({ databaseUrl: bed.fresh.ownerUrl, kafka: kafka(), onProgress }, bed.logger);
    // Of about 10,000 bytes each; 3,000,000 at once.
    expect(Math.max(...portions)).toBeLessThan(310);
    expect(portions.reduce((sum, events) => sum + events, 0)).toBe(400);
  }, 60_000);

  test('an archive with a hole is not told; what is given up lets the relay go on', async () => {
    await tellAccounts(0, 60);
    await bed.owner.query(`set session_replication_role = replica;
      delete from platform.told where (topic, partition, last_seq) in (
        select topic, partition, min(last_seq) from platform.told group by topic, partition);
      set session_replication_role = default`);
    await expect(tell()).rejects.toThrow(ArchiveIncomplete);
    expect(await giveUpTelling(bed.fresh.ownerUrl)).toEqual([]);
    await bed.owner.query("insert into platform.telling_again values ('nothing')");
    expect(await giveUpTelling(bed.fresh.ownerUrl)).toEqual(['nothing']);
    await tellAccounts(60, 61);
  }, 60_000);

  async function inDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return work(bed.owner);
  }
});
