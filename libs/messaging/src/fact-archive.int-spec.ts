import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  event,
  headers,
  type NewEvent,
  PersonErasedSchema,
  PricesApprovedSchema,
  tombstone,
  topics,
} from '#libs/contracts';
import { accountChange, MessagingBed } from '#libs/testing';
import { recordsOf } from '../test/topic-made-anew.test-support.js';
import { readBatch } from './fact-archive-batch.js';

type Line = {
  readonly place: string;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

describe('what went to the topics of facts is kept as it went', () => {
  let bed: MessagingBed;
  beforeEach(async () => {
    bed = await MessagingBed.start();
  }, 60_000);
  afterEach(() => bed.stop(), 60_000);

  const changes = (count: number, from = 0): NewEvent[] =>
    Array.from({ length: count }, (_, n) => accountChange(`k${(from + n) % 7}`, from + n));

  const textsOf = (of: object): Record<string, string> =>
    Object.fromEntries(
      Object.entries(of as Record<string, Buffer>).map(([name, value]) => [name, String(value)]),
    );

  /** What the archive holds of the accounts, by partition and in order. */
  async function archived(): Promise<Line[]> {
    const { rows } = await bed.owner.query<{ partition: number; records: Buffer }>(
      'select partition, records from platform.told where topic = $1 order by partition, last_seq',
      [bed.accountTopic],
    );
    const lines: Line[] = [];
    for (const { partition, records } of rows) {
      for (const record of await readBatch(records)) {
        lines.push({
          place: `${partition}`,
          key: record.key.toString(),
          value: record.value?.toString('hex') ?? null,
          headers: textsOf(record.headers),
        });
      }
    }
    return lines;
  }

  /** What the broker holds of them, by partition and in order, repeats included. */
  async function sent(count: number): Promise<Line[]> {
    const records = await recordsOf(bed, bed.accountTopic, count);
    return records
      .map(({ partition, key, value, headers: told }) => ({
        ...{ place: `${partition}`, key: String(key), value: value?.toString('hex') ?? null },
        headers: textsOf(told ?? {}),
      }))
      .sort((a, b) => Number(a.place) - Number(b.place));
  }

  test('a record of the archive is the one that was sent: key, body, each header, partition and order', async () => {
    await bed.emit('2022-01-03', ...changes(300));
    bed.relay();
    await bed.untilSent();
    // Alone: a batch that is not packed.
    await bed.emit('2022-01-04', ...changes(1, 300));
    await bed.untilSent();
    const kept = await archived();
    expect(kept).toHaveLength(301);
    expect(kept).toEqual(await sent(301));
    expect(kept[0]?.headers).toMatchObject({
      [headers.businessDate]: '2022-01-03',
      [headers.prev]: '0',
    });
    // Three times as small, at least.
    expect(
      await bed.row(
        'select max(events) > 1 as together, sum(octet_length(records)) * 2 < sum(bytes) as packed from platform.told',
      ),
    ).toEqual({ together: true, packed: true });
  }, 60_000);

  test('what is a state, and so may have to be erased, is not kept; every topic of facts is', async () => {
    await bed.createTopics([topics.billingMarket]);
    bed.relay();
    await bed.emit(
      '2022-01-03',
      accountChange('a', 1),
      tombstone(PersonErasedSchema, 'p1'),
      event(PricesApprovedSchema, 'm1', {}),
    );
    await bed.untilSent();
    const { rows } = await bed.owner.query('select topic from platform.told order by topic');
    expect(rows).toEqual([{ topic: 'billing.market.v1' }, { topic: bed.accountTopic }]);
  }, 60_000);

  test('a relay that dies between sending and its bookkeeping sends twice, and what it sent is kept once', async () => {
    await bed.emit('2022-01-03', ...changes(120));
    // Its last statement of a round waits here; by then the rows are at the broker.
    await bed.owner.query('begin');
    await bed.owner.query('lock table platform.produced in access exclusive mode');
    bed.relay();
    await bed.until('the relay died at its bookkeeping', async () => {
      // Not the owner's connection: inside a transaction it would see the first answer again.
      const { rows } = await bed.fresh.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ent-test-relay'
         and datname = current_database() and wait_event_type = 'Lock' and query like 'select platform.forget_sent%'`,
      );
      return rows.length > 0;
    });
    await bed.owner.query('rollback');
    await bed.untilSent();
    const kept = await archived();
    expect(kept).toHaveLength(120);
    const all = await sent(240);
    // Both times the same records.
    const seqs = (lines: Line[]) => lines.map((line) => JSON.stringify(line)).sort();
    expect(seqs(all)).toEqual(seqs([...kept, ...kept]));
  }, 90_000);

  test('what the broker refuses is kept once it has gone, after what went before it', async () => {
    await bed.limitRecords(2_000);
    await bed.emit(
      '2022-01-03',
      ...['a', 'large', 'c'].map((key) => accountChange(key, 1, key === 'large' ? 4_000 : 0)),
      accountChange('large', 2),
      accountChange('c', 2),
    );
    const relay = bed.relay({ retryUnsentAfterMs: 300 });
    await bed.until('the others went', async () => (await archived()).length === 3);
    expect((await archived()).map(({ key }) => key).sort()).toEqual(['a', 'c', 'c']);
    await bed.limitRecords(1_000_000);
    await bed.untilSent();
    await relay.stop();
    const kept = await archived();
    expect(kept).toHaveLength(5);
    const numbers = kept.map(({ headers: told }) => Number(told[headers.seq]));
    expect(new Set(numbers).size).toBe(5);
    expect(
      await bed.row('select count(*)::int as n from platform.told where prev_seq >= first_seq'),
    ).toEqual({ n: 0 });
  }, 90_000);

  test('nobody changes what was told, nor removes it', async () => {
    bed.relay();
    await bed.emit('2022-01-03', accountChange('a', 1));
    await bed.untilSent();
    for (const statement of ['update platform.told set epoch = 1', 'delete from platform.told']) {
      await expect(bed.owner.query(statement)).rejects.toThrow('never changed or removed');
      await expect(bed.fresh.database.query(statement)).rejects.toThrow();
    }
  }, 60_000);
});
