import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { accountChange, MessagingBed } from '#libs/testing';
import {
  accountChanges,
  accountPartition,
  forged,
  keyElsewhere,
  parkedEvents,
  seen,
  withDecisions,
} from '../test/consumer-bed.test-support.js';
import { anOwner } from '../test/owner-database.test-support.js';
import { makeAnew } from '../test/topic-made-anew.test-support.js';

/** Goal: neither a topic made anew, nor an owner restored to an older state, nor a stranger is taken for what was there before. Method: the real broker, and a copy of a database as a backup is. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

test('a topic made anew stops its partitions and turns FLOWING red, instead of skipping silently', async () => {
  const relay = bed.relay();
  const consumer = bed.consumer();
  await bed.listen(consumer);
  await bed.emit('2022-01-03', ...accountChanges(0, 100));
  await bed.untilEffects(100);
  await bed.until('green', () => consumer.fault() === undefined);
  await consumer.close();
  await relay.stop();
  await makeAnew(bed, bed.accountTopic);
  const again = bed.consumer();
  await bed.listen(again);
  await bed.until('it is red', () => again.fault()?.startsWith('POSITION_LOST') ?? false);
  await bed.send(bed.accountTopic, [{ key: 'k1', value: Buffer.from([1]) }]);
  await sleep(200);
  expect(await bed.effects()).toHaveLength(100);
  // What was set aside of the former log stands beside what is set aside of the new one, at the same offset.
  await bed.fresh.database.query(
    `insert into platform.parked_event (topic, partition, "offset", key, cause) values ($1, $2, 0, 'old', 'UNDECODABLE')`,
    [bed.accountTopic, accountPartition('k1')],
  );
  await withDecisions(bed, async (decisions) => {
    const lost = (await decisions.positions()).filter(({ stopped }) => stopped !== null);
    expect(lost.every(({ stopped }) => stopped?.startsWith('POSITION_LOST'))).toBe(true);
    const by = { userId: 'op', reason: 'made anew' };
    expect(await decisions.goOn({ topic: bed.accountTopic }, by)).toBe(lost.length);
  });
  bed.relay();
  await bed.emit('2022-01-03', ...accountChanges(100, 200));
  await bed.untilEffects(200);
  await bed.until('green', () => again.fault() === undefined);
  expect((await parkedEvents(bed, again).list()).map(({ key, cause }) => [key, cause])).toEqual([
    ['old', 'UNDECODABLE'],
  ]);
  expect(await bed.row('select fault from platform.foreign_record')).toEqual({ fault: 'NO_PROOF' });
}, 90_000);

test('an owner restored to an older state goes on with who has read no further; who has, stops, with both names', async () => {
  await bed.emit('2022-01-03');
  const owner = await anOwner(bed);
  const consumer = bed.consumer();
  try {
    const elsewhere = keyElsewhere();
    await bed.listen(consumer);
    await owner.tell(owner.url, ...[1, 2, 3].map((n) => accountChange('a', n)));
    await owner.tell(owner.url, accountChange(elsewhere, 1));
    await bed.untilEffects(4);
    const restored = await owner.backup();
    await owner.tell(owner.url, accountChange('a', 4), accountChange('a', 5));
    await bed.untilEffects(6);
    await owner.tell(
      restored,
      ...[14, 15, 16].map((n) => accountChange('a', n)),
      ...[2, 3].map((n) => accountChange(elsewhere, n)),
    );
    await bed.untilEffects(8);
    await bed.until('it says so', () => consumer.fault()?.startsWith('INCARNATION') ?? false);
    expect(consumer.fault()).toMatch(
      /^INCARNATION incarnation \d+ \(20.*Z\) after incarnation \d+ \(20.*Z\): applied up to 6, it states up to 3 \(provisioning/,
    );
    expect((await seen(bed)).filter((one) => one.startsWith('a'))).toEqual(
      [1, 2, 3, 4, 5].map((n) => `a${n}`),
    );
    expect((await seen(bed)).filter((one) => one.startsWith(elsewhere))).toEqual(
      [1, 2, 3].map((n) => `${elsewhere}${n}`),
    );
    const by = { userId: 'op', reason: 'restored' };
    const goOn = () =>
      withDecisions(bed, (decisions) => decisions.goOn({ topic: bed.accountTopic }, by));
    expect(await goOn()).toBe(1);
    await bed.untilEffects(11);
    await bed.until('it goes on', () => consumer.fault() === undefined);
    expect((await seen(bed)).filter((one) => one.startsWith('a')).slice(5)).toEqual(
      [14, 15, 16].map((n) => `a${n}`),
    );
    expect(await goOn()).toBe(0);
    // The former one is not dead, or a stranger sends its records again: they are set aside, and hold nothing up.
    await owner.tell(owner.url, accountChange(elsewhere, 99));
    await owner.tell(restored, accountChange(elsewhere, 4));
    await bed.untilEffects(12);
    expect((await seen(bed)).at(-1)).toBe(`${elsewhere}4`);
    expect(await bed.row('select fault, records from platform.foreign_record')).toEqual({
      ...{ fault: 'OLD_INCARNATION', records: 1 },
    });
    expect(await bed.row('select count(*)::int as parked from platform.parked_event')).toEqual({
      parked: 0,
    });
  } finally {
    await owner.end();
  }
}, 90_000);

test('a stranger with a huge number swallows nothing of what its owner tells', async () => {
  bed.relay();
  await bed.listen(bed.consumer());
  await bed.emit('2022-01-03', accountChange('a', 0));
  await bed.untilEffects(1);
  const { epoch } = await bed.row<{ epoch: string }>(
    'select epoch::text from platform.incarnation',
  );
  const stranger = forged(accountChange('x', 1), '2022-01-03');
  const partition = accountPartition('a');
  const headers = { ...stranger.headers, seq: '999999999999', epoch, prev: '0' };
  await bed.send(bed.accountTopic, [{ ...stranger, headers, partition }]);
  for (let n = 1; n <= 100; n += 1) await bed.emit('2022-01-03', accountChange('a', n));
  await bed.untilEffects(101);
  expect(await bed.row('select fault, records from platform.foreign_record')).toEqual({
    ...{ fault: 'NO_PROOF', records: 1 },
  });
}, 90_000);
