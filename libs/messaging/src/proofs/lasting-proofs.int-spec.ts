import { ConfigResourceTypes } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { event, PersonChangedSchema, topics } from '#libs/contracts';
import { accountChange, keyRingOf, MessagingBed, testFactKey, testKeyRing } from '#libs/testing';
import { withEnds } from '../../test/consumer-bed.test-support.js';
import { makeAnew } from '../../test/topic-made-anew.test-support.js';
import { LoggedStates } from '../logged-states.js';
import { tellAgain } from '../tell-again.js';
import { publicHalf, signingKeyOf } from './fact-keys.js';

/** Goal: a proof outlives compaction, the loss of Kafka and the key that made it (FCT-1). Method: the real broker. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const foreign = async () =>
  (
    await bed.row<{ n: number }>(
      'select coalesce(sum(foreign_records), 0)::int as n from platform.consumer_position',
    )
  ).n;

test('FCT-1: after compaction a reader that is added later accepts each state that is left', async () => {
  const { name } = topics.person;
  const admin = bed.admin();
  await admin.connect();
  const set = (type: ConfigResourceTypes, of: string, entries: Record<string, string>) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          ...{ type, name: of },
          configEntries: Object.entries(entries).map(([key, value]) => ({ name: key, value })),
        },
      ],
    });
  const { brokers } = await admin.describeCluster();
  const node = String(brokers[0]?.nodeId);
  const before = { 'log.cleaner.backoff.ms': '15000' };
  await set(ConfigResourceTypes.BROKER, node, { 'log.cleaner.backoff.ms': '200' });
  await set(ConfigResourceTypes.TOPIC, bed.namespace + name, {
    ...{ 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime' },
    ...{ 'segment.ms': '1', 'max.compaction.lag.ms': '1', 'min.cleanable.dirty.ratio': '0' },
  });
  try {
    const relay = bed.relay({ rowsMax: 24 });
    const state = (key: number, revision: number) =>
      event(PersonChangedSchema, `p${key}`, { lastName: `Nom ${revision}` });
    const keys = Array.from({ length: 48 }, (_, n) => n);
    await bed.emit('2022-01-03', ...keys.map((key) => state(key, 1)));
    const changed = keys.filter((key) => key % 3 !== 0);
    await bed.emit('2022-01-03', ...changed.map((key) => state(key, 2)));
    await bed.untilSent();
    // A record in each partition closes the segments before it.
    await bed.emit('2022-01-03', ...keys.map((key) => state(1_000 + key, 1)));
    await bed.untilSent();
    await relay.stop();
    await withEnds(bed, async (ends) => {
      const address = { service: 'test', brokers: bed.brokers, namespace: bed.namespace };
      const log = new LoggedStates({ ...address, keyRing: testKeyRing }, ends, bed.logger);
      await bed.until('the broker has removed older states', async () => {
        const left = await log.of(
          name,
          changed.map((key) => `p${key}`),
        );
        return [...left.values()].every(({ states }) => states === 1);
      });
    });
    const consumer = bed.consumer(undefined, {
      consumes: { [name]: { handles: [PersonChangedSchema] } },
    });
    await bed.listen(consumer);
    await bed.until('all keys are applied', async () => {
      const read = new Set((await bed.effects()).map(({ key }) => key));
      return read.size === 96;
    });
    expect(await foreign()).toBe(0);
    expect(await bed.effects()).toHaveLength(96);
  } finally {
    await set(ConfigResourceTypes.BROKER, node, before);
    await admin.disconnect();
  }
}, 120_000);

test('FCT-1: facts that a retired key signed are accepted after republication, by a reader that is added later', async () => {
  const [former, current] = [testFactKey('former'), testFactKey('current')];
  let own = former;
  const signingKey = { current: () => signingKeyOf(own) };
  const relay = bed.relay({ rowsMax: 10, signingKey });
  const changes = (from: number) =>
    Array.from({ length: 30 }, (_, n) => accountChange(`k${n % 5}`, from + n));
  await bed.emit('2022-01-03', ...changes(0));
  await bed.untilSent();
  // Rotated without a stop.
  own = current;
  await bed.emit('2022-01-03', ...changes(30));
  await bed.untilSent();
  await relay.stop();
  const { rows } = await bed.owner.query<{ kid: string; epoch: string; seq: string }>(
    'select kid, epoch::text, seq::text from platform.signing_key order by seq',
  );
  expect(rows.map(({ kid, seq }) => [kid, Number(seq)])).toEqual([
    [former.kid, 1],
    [current.kid, 31],
  ]);
  const until = { epoch: Number(rows[1]?.epoch), seq: Number(rows[1]?.seq) };
  await makeAnew(bed, bed.accountTopic);
  const kafka = { brokers: bed.brokers, namespace: bed.namespace };
  await tellAgain({ databaseUrl: bed.fresh.ownerUrl, kafka }, bed.logger);
  const keyRing = keyRingOf({
    provisioning: [{ ...publicHalf(former), until }, publicHalf(current)],
  });
  await bed.listen(bed.consumer(undefined, { keyRing }));
  await bed.untilEffects(60);
  expect(await foreign()).toBe(0);
  // Whoever has the retired key forges nothing with it.
  own = former;
  bed.relay({ signingKey });
  await bed.emit('2022-01-03', ...changes(60));
  await bed.until('all are foreign', async () => (await foreign()) === 30);
  expect(await bed.effects()).toHaveLength(60);
}, 120_000);
