import { AccountStateChangedSchema, tombstone } from '#libs/contracts';
import { accountChange, MessagingBed, testKeyRing } from '#libs/testing';
import { createLogger } from '#libs/observability';
import { forged } from '../test/consumer-bed.test-support.js';
import { recordsOf } from '../test/topic-made-anew.test-support.js';
import { LoggedStates } from './logged-states.js';
import { partitionOf } from './partition-of.js';
import { TopicEnds } from './topic-ends.js';

test('SUP-4: what a log still holds of a key is counted, tombstones and other keys are not; its newest state is read', async () => {
  const bed = await MessagingBed.start();
  const logger = createLogger('test', 'silent');
  const address = {
    service: 'test',
    brokers: bed.brokers,
    namespace: bed.namespace,
    keyRing: testKeyRing,
  };
  const ends = new TopicEnds('test', address, logger);
  try {
    const log = new LoggedStates(address, ends, logger);
    const of = (key: string, value: Buffer | null) => ({
      ...{ key, value, partition: partitionOf(key, 6) },
    });
    const value = Buffer.from('state');
    await bed.send(bed.accountTopic, [
      of('a', value),
      of('b', value),
      of('a', value),
      of('b', null),
    ]);
    const found = await log.of(bed.accountTopic, ['a', 'b', 'c']);
    expect([...found].map(([key, { states }]) => `${key} ${states}`)).toEqual([
      'a 2',
      'b 1',
      'c 0',
    ]);
    expect(found.get('a')).toMatchObject({ partition: partitionOf('a', 6), oldestOffset: 0n });
    // The newest of each, in whatever order they are asked for; of whom a tombstone came last there is none.
    bed.relay();
    const b = tombstone(AccountStateChangedSchema, 'b');
    await bed.tell('2022-01-03', ...['a', 'b'].map((key) => accountChange(key, 1)));
    await bed.tell('2022-01-04', accountChange('a', 2), b);
    // A stranger's is no state of anybody, nor is an older one that he sends again.
    const own = (await recordsOf(bed, bed.accountTopic, 8)).filter(
      ({ headers }) => headers?.['seq'],
    );
    await bed.send(bed.accountTopic, [
      ...['a', 'b', 'c'].map((key) => forged(accountChange(key, 3), '2022-01-04')),
      ...['a', 'b'].map((name) => own.find(({ key }) => String(key) === name)!),
    ]);
    const newest = await log.newest(bed.accountTopic, AccountStateChangedSchema, ['c', 'b', 'a']);
    expect(newest.map(({ key, body }) => [key, body.sequence])).toEqual([['a', 2]]);
  } finally {
    await ends.close();
    await bed.stop();
  }
}, 60_000);
