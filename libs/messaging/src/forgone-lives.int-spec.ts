import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { AccountStateChangedSchema, event, PersonChangedSchema, topics } from '#libs/contracts';
import { accountChange, MessagingBed, testKeyRing } from '#libs/testing';
import { keyElsewhere, parkedEvents, seen, withStatus } from '../test/consumer-bed.test-support.js';
import { anOwner } from '../test/owner-database.test-support.js';
import { forgoLife } from './forgone-lives.js';
import { NewestStates } from './newest-states.js';
import { ParkedEvents } from './parked-events.js';

/** Goal: owner and consumer put back to one moment go on from there, over what the lost life told. Method: the real broker, and the databases as a backup gives them back. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const personTopic = topics.person.name;
const person = (key: string, lastName: string) => event(PersonChangedSchema, key, { lastName });
const kept = ['effect', 'platform.consumer_position', 'platform.parked_event'];

/** What the consumer's database holds, to be put back: as its backup does. */
async function backUpConsumer(): Promise<() => Promise<void>> {
  for (const [n, table] of kept.entries())
    await bed.owner.query(`create table kept_${n} as select * from ${table}`);
  return async () => {
    for (const [n, table] of kept.entries())
      await bed.owner.query(
        `delete from ${table}; insert into ${table} overriding system value select * from kept_${n}`,
      );
  };
}

/** As the recovery reads it of the restored owner. */
async function numbersOfOwner(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ epoch: string; from: string; now: string }>(
    `select (select max(epoch) from platform.incarnation)::text as epoch,
            (next_seq + coalesce((select sum(upper(r) - lower(r)) from unnest(ids) r), 0))::text as from,
            floor(extract(epoch from clock_timestamp()) * 1000)::text as now
       from platform.relay_state`,
  );
  await client.end();
  const [row] = rows;
  if (!row) throw new RangeError('a relay has one state');
  return { epoch: Number(row.epoch), fromSeq: Number(row.from), untilEpoch: Number(row.now) };
}

test('owner and consumer restored from one moment: what the lost life told is read over and counted, what the new one tells is applied', async () => {
  await bed.emit('2022-01-03');
  const elsewhere = keyElsewhere();
  const names: string[] = [];
  let broken = true;
  const consumer = () =>
    bed.consumer(
      (events) => {
        if (broken && events.some(({ key }) => key === 'p2')) throw new Error('a bug');
        const people = events.filter(({ type }) => type === PersonChangedSchema.typeName);
        names.push(
          ...people.map(({ key, body }) => `${key} ${(body as { lastName: string }).lastName}`),
        );
        return Promise.resolve();
      },
      {
        consumes: {
          [bed.accountTopic]: { handles: [AccountStateChangedSchema] },
          [personTopic]: { handles: [PersonChangedSchema] },
        },
      },
    );
  const owner = await anOwner(bed);
  try {
    const first = consumer();
    await bed.listen(first);
    await owner.tell(
      owner.url,
      ...[1, 2].map((n) => accountChange('a', n)),
      person('p1', 'Avant'),
      person('p2', 'Avant'),
    );
    await bed.untilEffects(3);
    await bed.until('p2 is set aside', async () => (await parkedEvents(bed, first).count()) === 1n);
    await first.close();
    const putBack = await backUpConsumer();
    // Told before the backup of its owner, and not yet read at that of the consumer.
    await owner.tell(owner.url, accountChange('a', 3), accountChange(elsewhere, 3));
    const restored = await owner.backup();
    const second = consumer();
    await bed.listen(second);
    await owner.tell(
      owner.url,
      ...[4, 5].map((n) => accountChange('a', n)),
      accountChange(elsewhere, 4),
      ...['p1', 'p2', 'p3'].map((key) => person(key, 'Perdu')),
    );
    await bed.untilEffects(10);
    await second.close();

    names.length = 0;
    await putBack();
    const life = await numbersOfOwner(restored);
    for (const topic of [bed.accountTopic, personTopic])
      // Twice: who was killed in between does it again.
      for (let n = 0; n < 2; n += 1)
        await forgoLife(bed.owner, {
          topic,
          ...life,
          lastLost: 0,
          reason: 'restored',
          decidedBy: 'op',
        });
    await owner.tell(
      restored,
      ...[14, 15].map((n) => accountChange('a', n)),
      accountChange(elsewhere, 14),
      person('p1', 'Après'),
    );
    // The lost life is not dead.
    await owner.tell(owner.url, accountChange('a', 99), person('p1', 'Encore'));
    const third = consumer();
    await bed.listen(third);
    await bed.until(
      'all is read',
      async () => (await withStatus(bed, (status) => status.read())).consumerLag === 0n,
    );
    const effects = await seen(bed);
    expect(effects.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a14', 'a15']);
    expect(effects.filter((one) => one.startsWith(elsewhere))).toEqual([
      `${elsewhere}3`,
      `${elsewhere}14`,
    ]);
    expect(names).toEqual(['p1 Après']);
    expect(third.fault()).toBeUndefined();
    // Its newest state that counts, not what the lost life told later.
    broken = false;
    expect(await parkedEvents(bed, third).release()).toEqual({ released: 1, stillParked: 0 });
    expect(names).toEqual(['p1 Après', 'p2 Avant']);
    const figures = await withStatus(bed, (status) => status.read());
    expect(figures.topics).toMatchObject([
      {
        topic: bed.accountTopic,
        handled: 7n,
        forgone: 4n,
        repeated: 0n,
        parked: 0n,
        endOffset: 11n,
      },
      { topic: personTopic, handled: 3n, forgone: 4n, repeated: 0n, parked: 0n, endOffset: 7n },
    ]);
  } finally {
    await owner.end();
  }
}, 120_000);

test('what was set aside of a life that was forgone since is released to nobody; what waited behind it is', async () => {
  const { database, unitOfWork } = bed.fresh;
  await database.query(
    `insert into platform.consumer_position (topic, partition, next_offset, parked) values ('t', 0, 9, 4)`,
  );
  const of = (epoch: number, seq: number) =>
    JSON.stringify({ epoch: `${epoch}`, seq: `${seq}`, prev: '0' });
  for (const [offset, key, headers] of [
    [1, 'k', of(1000, 4)],
    [2, 'k', of(1000, 5)],
    [3, 'k', of(3000, 5)],
    [4, null, of(1500, 1)],
  ] as const)
    await database.query(
      `insert into platform.parked_event (topic, partition, "offset", key, cause, headers)
       values ('t', 0, $1, $2, 'HANDLER_FAILED', $3)`,
      [offset, key, headers],
    );
  const life = { topic: 't', epoch: 1000, fromSeq: 5, untilEpoch: 2000, lastLost: 0 };
  await forgoLife(bed.owner, { ...life, reason: 'restored', decidedBy: 'op' });
  const replayed: bigint[] = [];
  const replayer = {
    plans: new Map(),
    replay: (_tx: unknown, { offset }: { offset: bigint }) =>
      Promise.resolve(void replayed.push(offset)),
  };
  const address = { brokers: bed.brokers, namespace: bed.namespace };
  const newest = new NewestStates('test', { ...address, keyRing: testKeyRing }, bed.logger);
  const parked = new ParkedEvents(database, unitOfWork, replayer, newest);
  expect(await parked.release()).toEqual({ released: 2, stillParked: 0 });
  expect(replayed).toEqual([1n, 3n]);
  expect(await bed.row('select handled, parked, forgone from platform.consumer_position')).toEqual({
    handled: 2n,
    parked: 0n,
    forgone: 2n,
  });
});

test('a service reads what it passes over and cannot write it; nobody forgoes a life that is still to begin, or takes back', async () => {
  const life = {
    topic: 't',
    epoch: 1000,
    fromSeq: 5,
    untilEpoch: 2000,
    lastLost: 0,
    reason: 'r',
    decidedBy: 'op',
  };
  await forgoLife(bed.owner, life);
  const { database } = bed.fresh;
  expect((await database.query('select topic from platform.forgone_life')).rows).toHaveLength(1);
  await expect(
    database.query("insert into platform.forgone_life values ('t', 1, 1, 2, 'r', 'op')"),
  ).rejects.toThrow('permission denied');
  await expect(
    forgoLife(bed.owner, { ...life, untilEpoch: Date.now() + 3_600_000 }),
  ).rejects.toThrow('forgone_life');
  await expect(forgoLife(bed.owner, { ...life, untilEpoch: 1000 })).rejects.toThrow('forgone_life');
  await expect(bed.owner.query('delete from platform.forgone_life')).rejects.toThrow(
    'never changed or removed',
  );
});
