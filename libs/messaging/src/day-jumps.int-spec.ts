import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { topics } from '#libs/contracts';
import { Proposals } from '#libs/proposals';
import { accountChange, callerOf, MessagingBed } from '#libs/testing';
import { dayStart } from '../test/batch-processor.test-support.js';
import {
  dayOfService,
  parkedEvents,
  seen,
  startDay,
  withDecisions,
} from '../test/consumer-bed.test-support.js';
import { makeAnew } from '../test/topic-made-anew.test-support.js';
import type { BatchConsumer } from './batch-consumer.strategy.js';
import { PgBusinessDate } from './business-date.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import { ServiceName } from './service-name.js';
import { SkipParked } from './skip-parked.js';
import { tellAgain } from './tell-again.js';

/**
 * Goal: a start that jumps stops the calendar of a service until two persons pass over it, and recoveries still work
 * (MKT-4). Method: the real broker, starts by the owner's relay, whose numbers fit; a database migrated for the clock.
 */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
  await bed.owner.query(`update platform.calendar_mode set mode = 'clock'`);
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const calendar = topics.calendar.name;
const clock = () => new Date('2022-06-01T10:00:00Z');
const by = { userId: 'op', reason: 'Essai' };
const listen = async () => {
  const consumer = bed.consumer(undefined, { service: 'test', clock });
  await bed.listen(consumer);
  return consumer;
};
const untilDay = (day: string) =>
  bed.until(`the service stands at ${day}`, async () => (await dayOfService(bed)) === day);
const isRed = (consumer: BatchConsumer) =>
  bed.until('it is red', () => consumer.fault()?.startsWith('DAY_JUMPS') ?? false);
const stopOf = () =>
  withDecisions(bed, async (decisions) =>
    (await decisions.positions())
      .filter(({ stopped }) => stopped !== null)
      .map(({ topic, nextOffset, stopped }) => ({ topic, nextOffset, stopped })),
  );
const person = (userId: string) =>
  callerOf({ userId, roles: ['admin'], markets: ['*'], loggedInAt: new Date() });

test('MKT-4: a start that jumps stops the calendar, before and after a new start of the process; other topics flow; one person cannot let it pass, two pass over it, and the next day begins', async () => {
  bed.relay();
  const first = await listen();
  await startDay(bed, '2022-01-03');
  await untilDay('2022-01-03');
  await startDay(bed, '2027-01-01');
  await isRed(first);
  const stopped = 'DAY_JUMPS 2027-01-01 lies after today in Paris, 2022-06-01';
  expect(first.fault()).toBe(`${stopped} (${calendar}/0)`);
  expect(await stopOf()).toEqual([{ topic: calendar, nextOffset: 1n, stopped }]);
  await bed.tell('2022-01-03', accountChange('a', 1));
  await bed.untilEffects(1);
  await first.close();

  const again = await listen();
  await isRed(again);
  const parked = parkedEvents(bed, again);
  const [before] = await parked.list();
  expect(before).toMatchObject({ cause: 'DAY_JUMPS', offset: 1n, topic: calendar });
  // Nothing of it is replayed, and to go on is to try again.
  expect(await parked.release()).toEqual({ released: 0, stillParked: 1 });
  expect(await withDecisions(bed, (each) => each.goOn({ topic: calendar }, by))).toBe(1);
  await bed.until('it is set aside again', async () => {
    const rows = await parked.list();
    return rows.length === 1 && rows[0]?.id !== before?.id;
  });
  await isRed(again);
  expect(await dayOfService(bed)).toBe('2022-01-03');

  const { database, unitOfWork } = bed.fresh;
  const skips = new SkipParked(
    ...([unitOfWork, parked, new Proposals(database), new PgBusinessDate(database)] as const),
    ...([new PgOutbox(), new ServiceName('metering')] as const),
  );
  await startDay(bed, '2022-01-04');
  const [aside] = await parked.list();
  const proposal = await skips.propose(aside?.id ?? 0n, 'Écrit par un tiers.', person('one'));
  const answer = { digest: proposal.digest, outcome: 'APPROVED', reason: '' } as const;
  await skips.decide(proposal.proposalId, answer, person('two'));
  await untilDay('2022-01-04');
  await bed.until('it is green', () => again.fault() === undefined);
  expect(await seen(bed)).toEqual(['a1']);
}, 120_000);

test('MKT-4: a replay of a record keeps the bounds of the clock', async () => {
  bed.relay();
  const consumer = await listen();
  await startDay(bed, '2022-01-03');
  await untilDay('2022-01-03');
  const replay = (day: string) =>
    bed.fresh.unitOfWork.run((tx) => consumer.replay(tx, dayStart(9, day)));
  await expect(replay('2027-01-01')).rejects.toMatchObject({ code: 'DAY_JUMPS' });
  await expect(replay('2022-01-11')).rejects.toMatchObject({ code: 'DAY_JUMPS' });
  await replay('2022-01-02');
  await replay('2022-01-10');
  expect(await dayOfService(bed)).toBe('2022-01-10');
}, 60_000);

test('MKT-4: told again from the archive, read again and read from nothing, days come by the clock, gaps by the orders in the log', async () => {
  const relay = bed.relay();
  const first = await listen();
  for (const day of ['2022-01-03', '2022-01-04']) await startDay(bed, day);
  await startDay(bed, '2022-03-01', '2022-01-04');
  await startDay(bed, '2022-03-02');
  await untilDay('2022-03-02');
  await first.close();
  await relay.stop();

  await makeAnew(bed, calendar);
  const kafka = { brokers: bed.brokers, namespace: bed.namespace };
  await tellAgain({ databaseUrl: bed.fresh.ownerUrl, kafka }, bed.logger);
  const second = await listen();
  await bed.until('it is red', () => second.fault()?.startsWith('POSITION_LOST') ?? false);
  await withDecisions(bed, (decisions) => decisions.rejoin({ topic: calendar }, by));
  bed.relay();
  await startDay(bed, '2022-03-03');
  await untilDay('2022-03-03');

  // All once more, at the day where it stands.
  await withDecisions(bed, (decisions) => decisions.readAgain({ topic: calendar }, by));
  await startDay(bed, '2022-03-04');
  await untilDay('2022-03-04');
  await second.close();

  // As the recovery leaves a service that begins from nothing.
  await bed.owner.query('delete from platform.consumer_position');
  await bed.owner.query('alter table platform.business_day disable trigger user');
  await bed.owner.query('update platform.business_day set day = null');
  await bed.owner.query('alter table platform.business_day enable trigger user');
  const third = await listen();
  await untilDay('2022-03-04');
  expect(third.fault()).toBeUndefined();
  expect(await parkedEvents(bed, third).count()).toBe(0n);
}, 120_000);
