import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accountChange, accountMove, MessagingBed, patience } from '#libs/testing';
import { BusinessDayNotBegun } from './business-date.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import {
  fixRows,
  forgetRows,
  RelaySucceeded,
  releaseLease,
  renewLease,
  takeLease,
} from './relay-lease.js';
import { setAside, UnsentKeys } from './unsent-keys.js';

describe('what is written is published, in order, and arrives once', () => {
  let bed: MessagingBed;
  beforeEach(async () => {
    bed = await MessagingBed.start();
  }, 60_000);
  afterEach(() => bed.stop(), 60_000);

  const outbox = new PgOutbox();

  test('an event has id, type, date and cause in its envelope, and its effect once', async () => {
    bed.relay();
    await bed.listen(bed.consumer());
    await bed.emit('2022-01-03', accountChange('a', 1), accountMove('a', 2));
    await bed.untilEffects(2);
    expect((await bed.effects()).map(({ key, type, sequence }) => [key, type, sequence])).toEqual([
      ['a', 'ent.provisioning.v1.AccountStateChanged', '1'],
      ['a', 'ent.provisioning.v1.AccountMoved', '2'],
    ]);
    await bed.untilSent();
    expect(await bed.row('select events::int from platform.produced')).toEqual({ events: 2 });
  }, 60_000);

  test('what comes after a silence goes at once; a stream of small writes is gathered, in order', async () => {
    // Each batch leaves here how many rows it took.
    await bed.owner.query(`create table sent (n bigint generated always as identity, rows int);
      create function note_sent() returns trigger language plpgsql security definer as $$
        begin insert into public.sent (rows) select sum(upper(r) - lower(r)) from unnest(new.ids) r; return null; end $$;
      create trigger note_sent after update on platform.relay_state
        for each row when (new.ids is not null) execute function note_sent()`);
    const relay = bed.relay();
    await bed.listen(bed.consumer());
    const tell = async (sequence: number) => {
      await bed.fresh.unitOfWork.run((tx) => outbox.add(tx, accountChange('a', sequence)));
      relay.wake();
    };
    await bed.emit('2022-01-03');
    await tell(0);
    await bed.untilEffects(1);
    for (let n = 1; n <= 300; n += 1) {
      await tell(n);
      await sleep(4);
    }
    await bed.untilEffects(301);
    const { rows } = await bed.owner.query<{ rows: number }>('select rows from sent order by n');
    expect(rows[0]).toEqual({ rows: 1 });
    // 20, 40, 80 … 400 ms of gathering: some 10 batches on a quiet machine; without it nearly each write is one.
    expect(rows.length).toBeLessThan(100);
    expect(await bed.sequencesOf('a')).toEqual(Array.from({ length: 301 }, (_, n) => n));
  }, 60_000);

  test('each event of many is written with its own body, also an empty one and none', async () => {
    await bed.emit('2022-01-03');
    const bodies = [null, 'é', '', 'two bytes', null, 'z'.repeat(70_000), ''].map((text) =>
      text === null ? null : new TextEncoder().encode(text),
    );
    await bed.fresh.unitOfWork.run((tx) =>
      outbox.add(tx, ...bodies.map((value, n) => ({ ...accountChange(`k${n}`, n), value }))),
    );
    const { rows } = await bed.owner.query<{ value: Buffer | null }>(
      `select value from platform.outbox where key ~ '^k' order by id`,
    );
    expect(rows.map(({ value }) => value && new Uint8Array(value))).toEqual(bodies);
  }, 60_000);

  test('each event of many keeps its own topic, type and cause, also where some have none', async () => {
    await bed.emit('2022-01-03');
    const other = { ...accountMove('m1', 1), topic: 'another.topic' };
    const said = [
      [accountChange('m0', 0), accountChange('m2', 2)],
      [accountChange('m0', 0), other, { ...accountChange('m2', 2), causation: 'because' }],
      [{ ...accountChange('m0', 0), causation: 'because' }, accountMove('m1', 1)],
    ];
    for (const events of said) {
      await bed.fresh.unitOfWork.run((tx) => outbox.add(tx, ...events));
      const { rows } = await bed.owner.query(
        `with gone as (delete from platform.outbox where key ~ '^m' returning *)
         select key, topic, type, causation from gone order by id`,
      );
      expect(rows).toEqual(
        events.map(({ key, topic, type, causation = null }) => ({ key, topic, type, causation })),
      );
    }
  });

  test('a transaction that rolls back tells nothing; before the first day nothing can be told', async () => {
    await expect(
      bed.fresh.unitOfWork.run((tx) => outbox.add(tx, accountChange('a', 1))),
    ).rejects.toThrow(BusinessDayNotBegun);
    await expect(
      bed.fresh.unitOfWork.run(async (tx) => {
        await bed.begin(tx, '2022-01-03');
        await outbox.add(tx, accountChange('a', 1));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await bed.pending()).toBe(0);
  });

  test('MKT-4: a day cannot begin while a transaction has dated an event', async () => {
    await bed.emit('2022-01-03');
    const order: string[] = [];
    let started: Promise<unknown> = Promise.resolve();
    await bed.fresh.unitOfWork.run(async (tx) => {
      await outbox.add(tx, accountChange('a', 1));
      started = bed.emit('2022-01-04').then(() => order.push('day begun'));
      await sleep(200);
      await outbox.add(tx, accountChange('a', 2));
      order.push('told');
    });
    await started;
    expect(order).toEqual(['told', 'day begun']);
    const dates = await bed.owner.query('select distinct business_date as d from platform.outbox');
    expect(dates.rows).toEqual([{ d: '2022-01-03' }]);
  });

  test('ids that are committed in reverse order lose nothing', async () => {
    // The consumer knows the day before: moving to it would wait for an early one, and a late one for that.
    await bed.emit('2022-01-03', accountChange('before', 1));
    bed.relay();
    await bed.listen(bed.consumer());
    await bed.untilEffects(1);
    for (let round = 0; round < 20; round += 1) {
      await bed.fresh.unitOfWork.run(async (early) => {
        await outbox.add(early, accountChange(`early${round}`, 1));
        await bed.fresh.unitOfWork.run((late) =>
          outbox.add(late, accountChange(`late${round}`, 1)),
        );
        await sleep(20);
      });
    }
    await bed.untilEffects(41);
    const keys = (await bed.effects()).map(({ key }) => key).filter((key) => key !== 'before');
    expect(new Set(keys).size).toBe(40);
  }, 60_000);

  test('a relay that dies between sending and its own bookkeeping repeats, and the repeats are dropped', async () => {
    await bed.listen(bed.consumer());
    await bed.emit(
      '2022-01-03',
      ...Array.from({ length: 300 }, (_, n) => accountChange(`k${n % 7}`, n)),
    );
    // Its last statement of a round waits here; by then the rows are at the broker.
    await bed.owner.query('begin');
    await bed.owner.query('lock table platform.produced in access exclusive mode');
    bed.relay();
    // One that was told to die may be seen for a moment yet: it dies once only.
    const dead = new Set<unknown>();
    while (dead.size < 3) {
      await bed.until('the relay waits at its bookkeeping', async () => {
        // Not the owner's connection: inside a transaction it would see the first answer again.
        const { rows } = await bed.fresh.database.query(
          `select pid from pg_stat_activity where application_name = 'ent-test-relay'
           and datname = current_database() and wait_event_type = 'Lock' and query like 'select platform.forget_sent%'`,
        );
        const pid = rows[0]?.['pid'];
        if (pid === undefined || dead.has(pid)) return false;
        await bed.fresh.database.query('select pg_terminate_backend($1)', [pid]);
        dead.add(pid);
        return true;
      });
    }
    await bed.owner.query('rollback');
    await bed.untilSent();
    await bed.until('all repeats are seen', async () => {
      const { n } = await bed.row<{ n: number }>(
        'select coalesce(sum(repeated), 0)::int as n from platform.consumer_position',
      );
      return n === 900;
    });
    const effects = await bed.effects();
    expect(effects).toHaveLength(300);
    expect(new Set(effects.map(({ eventId }) => eventId)).size).toBe(300);
    expect(await bed.sequencesOf('k3')).toEqual(
      effects
        .filter(({ key }) => key === 'k3')
        .map(({ sequence }) => Number(sequence))
        .sort((a, b) => a - b),
    );
  }, 90_000);

  test('of two relays one is active; the other takes over when it dies', async () => {
    await bed.listen(bed.consumer());
    // So long nobody waits for one whose connection is gone.
    const one = bed.relay({ rowsMax: 20, leaseMs: 30_000 });
    bed.relay({ rowsMax: 20, leaseMs: 30_000 });
    const terminate = () =>
      bed.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'ent-test-relay' and datname = current_database()`,
      );
    for (let n = 0; n < 60; n += 1) {
      await bed.emit('2022-01-03', ...[1, 2, 3, 4, 5].map((each) => accountChange(`k${each}`, n)));
      if (n % 20 === 10) await terminate();
      if (n === 45) await one.stop();
    }
    await bed.untilEffects(300);
    await bed.untilSent();
    const effects = await bed.effects();
    expect(new Set(effects.map(({ eventId }) => eventId)).size).toBe(300);
    expect(effects).toHaveLength(300);
    expect(await bed.sequencesOf('k4')).toEqual(Array.from({ length: 60 }, (_, n) => n));
  }, 90_000);

  test('a holder that is frozen or cut off is succeeded in 10 s; what it still writes is refused', async () => {
    await bed.listen(bed.consumer());
    await bed.emit('2022-01-03', accountChange('a', 1));
    // A relay that took the lease, said which rows go next, and is heard of no more. Its lease is shorter than usual.
    const gone = new pg.Client({ connectionString: bed.fresh.url });
    await gone.connect();
    try {
      const lease = await takeLease(gone, 3_000);
      if (!lease) throw new Error('nobody held it');
      const { id } = await bed.row<{ id: string }>('select id::text from platform.outbox');
      await fixRows(gone, lease, `{[${id},${id}]}`);
      const { until } = await bed.row<{ until: string }>(
        'select held_until::text as until from platform.relay_state',
      );
      bed.relay();
      await bed.untilEffects(1);
      // By the clock of the database, which judges the lease.
      const { late } = await bed.row<{ late: number }>(
        `select extract(epoch from clock_timestamp() - '${until}')::float as late`,
      );
      expect(late).toBeGreaterThan(0);
      expect(late).toBeLessThan(2 * patience);
      // The usual one ends 2 s before the 10 s are over.
      const { ends } = await bed.row<{ ends: number }>(
        `select extract(epoch from held_until - clock_timestamp())::float as ends from platform.relay_state`,
      );
      expect(ends).toBeGreaterThan(3);
      expect(ends).toBeLessThanOrEqual(8);
      await bed.untilSent();
      // It wakes.
      await expect(renewLease(gone, lease)).rejects.toThrow(RelaySucceeded);
      await expect(fixRows(gone, lease, '{[1,1]}')).rejects.toThrow(RelaySucceeded);
      await bed.emit('2022-01-03', accountChange('a', 2));
      await bed.untilEffects(2);
      await expect(
        forgetRows(gone, lease, {
          ...{ rows: [{ id: '2' }], numbers: [] },
          archived: [
            {
              ...{
                topic: bed.accountTopic,
                partition: 0,
                prevSeq: 7n,
                firstSeq: 77n,
                lastSeq: 77n,
              },
              ...{ epoch: '1', events: 1, bytes: 1, records: Buffer.from([1]) },
            },
          ],
        }),
      ).rejects.toThrow(RelaySucceeded);
      await releaseLease(gone, lease);
    } finally {
      await gone.end();
    }
    expect(
      await bed.row(
        `select events::int, next_seq::int, (select sum(events)::int from platform.told) as told
           from platform.produced, platform.relay_state`,
      ),
    ).toEqual({ events: 2, next_seq: 3, told: 2 });
    expect(await bed.sequencesOf('a')).toEqual([1, 2]);
  }, 60_000);

  test('what the broker refuses waits with its key, red; the others go on; mended, all come in order', async () => {
    await bed.listen(bed.consumer());
    const unsent = new UnsentKeys(bed.fresh.database);
    await bed.limitRecords(2_000);
    await bed.emit(
      '2022-01-03',
      ...[1, 2].flatMap((n) => ['a', 'b', 'c'].map((key) => accountChange(key, n))),
      ...['a', 'large', 'c'].map((key) => accountChange(key, 3, key === 'large' ? 4_000 : 0)),
      accountChange('large', 4),
      accountChange('c', 4),
    );
    const relay = bed.relay({ retryUnsentAfterMs: 300 });
    await bed.untilEffects(9);
    await bed.emit('2022-01-03', accountChange('a', 5), accountChange('large', 5));
    await bed.untilEffects(10);
    // A row leaves the outbox after its effect.
    await bed.untilPending(3);
    expect(await unsent.list(10)).toMatchObject([
      { topic: bed.accountTopic, key: 'large', cause: 'MESSAGE_TOO_LARGE' },
    ]);
    expect(await unsent.fault()).toContain('MESSAGE_TOO_LARGE');
    // Another process goes on with it.
    await relay.stop();
    bed.relay({ retryUnsentAfterMs: 60_000 });
    await bed.emit('2022-01-03', accountChange('a', 6));
    await bed.untilEffects(11);
    await bed.limitRecords(1_000_000);
    expect(await unsent.retry()).toBe(1);
    await bed.untilEffects(14);
    await bed.untilSent();
    expect(await unsent.fault()).toBeUndefined();
    expect(await bed.sequencesOf('large')).toEqual([3, 4, 5]);
    expect(await bed.sequencesOf('a')).toEqual([1, 2, 3, 5, 6]);
    expect(await bed.sequencesOf('c')).toEqual([1, 2, 3, 4]);
    expect(await bed.effects()).toHaveLength(14);
    // What goes on being refused is tried ever more rarely, an hour apart at most.
    const minutes: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      const refused = { topic: bed.accountTopic, key: 'z', cause: 'MESSAGE_TOO_LARGE' };
      await setAside(bed.owner, [refused], 60_000);
      const [known] = await unsent.list(1);
      minutes.push(Math.round(((known?.nextTryAt.getTime() ?? 0) - Date.now()) / 60_000));
      // Its time has come: before that it is put off no further.
      await unsent.retry();
    }
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  }, 90_000);

  test('a key whose time comes while rows are read goes with all of them or with none, in order', async () => {
    await bed.listen(bed.consumer());
    const all = Array.from({ length: 20 }, (_, n) => n + 1);
    await bed.emit('2022-01-03', ...all.map((n) => accountChange('a', n)));
    // Each row that is looked at takes 100 ms, so the key's time comes between two of them.
    await bed.owner.query(`alter table platform.unsent_key enable row level security;
      alter table platform.unsent_key force row level security;
      create policy slow on platform.unsent_key using (pg_sleep(0.1) is not null)`);
    await bed.owner.query(
      `insert into platform.unsent_key (topic, key, cause, next_try_at)
       values ($1, 'a', 'MESSAGE_TOO_LARGE', clock_timestamp() + interval '1200 milliseconds')`,
      [bed.accountTopic],
    );
    bed.relay();
    await bed.untilEffects(20);
    expect(await bed.sequencesOf('a')).toEqual(all);
  }, 60_000);

  test('a topic that is not there holds back its own events only, until it is made', async () => {
    await bed.emit('2022-01-03', accountChange('a', 1));
    await bed.owner.query(
      `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
       select gen_random_uuid(), topic, type, key, value, occurred_at, business_date from
         (values ('nowhere.v1', 1), ('nowhere.v1', 2)) as wanted (topic, n),
         (select type, key, value, occurred_at, business_date from platform.outbox) as one`,
    );
    await bed.emit('2022-01-03', accountChange('a', 2));
    await bed.listen(bed.consumer());
    bed.relay({ retryUnsentAfterMs: 500, sendRetries: 2 });
    await bed.untilEffects(2);
    const unsent = new UnsentKeys(bed.fresh.database);
    await bed.until('it is told', async () => (await unsent.fault()) !== undefined);
    expect(await unsent.list(10)).toMatchObject([
      { topic: 'nowhere.v1', key: undefined, cause: 'UNKNOWN_TOPIC_OR_PARTITION' },
    ]);
    await bed.createTopics([
      {
        name: 'nowhere.v1',
        owner: 'metering',
        partitions: 1,
        keeps: 'FACTS',
        personal: false,
        events: [],
      },
    ]);
    await bed.untilSent();
    expect(
      (await bed.owner.query('select topic, events::int from platform.produced order by topic'))
        .rows,
    ).toEqual([
      { topic: 'nowhere.v1', events: 2 },
      { topic: bed.accountTopic, events: 2 },
    ]);
  }, 90_000);

  test('what it reads at once is bounded in bytes, however many rows wait', async () => {
    await bed.owner.query(`create table sent (n bigint generated always as identity, rows int);
      create function note_sent() returns trigger language plpgsql security definer as $$
        begin insert into public.sent (rows) select sum(upper(r) - lower(r)) from unnest(new.ids) r; return null; end $$;
      create trigger note_sent after update on platform.relay_state
        for each row when (new.ids is not null) execute function note_sent()`);
    await bed.emit(
      '2022-01-03',
      ...Array.from({ length: 60 }, (_, n) => accountChange('a', n, 9_700)),
    );
    bed.relay({ bytesMax: 100_000 });
    await bed.untilSent();
    const { rows } = await bed.owner.query<{ rows: number }>('select distinct rows from sent');
    // About 10,000 bytes each.
    expect(rows).toEqual([{ rows: 10 }]);
  }, 60_000);
});
