import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { accountChange, MessagingBed } from '#libs/testing';
import { withDecisions } from '../test/consumer-bed.test-support.js';

/** Goal: what a database that is another one tells is told as by another. Method: the real broker, a database that is given another timeline or generation. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

test('a relay begins a new incarnation where its database is another one; what was on its way goes as of before', async () => {
  await bed.listen(bed.consumer());
  const lives = async () =>
    (
      await bed.owner.query(
        `select timeline, generation, branch_seq::int, parent_epoch is null as first,
                epoch > coalesce(parent_epoch, 0) as rises from platform.incarnation order by epoch`,
      )
    ).rows;
  const one = bed.relay();
  await bed.emit('2022-01-03', accountChange('a', 1), accountChange('a', 2));
  await bed.untilEffects(2);
  await one.stop();
  // As in a backup that was taken while a batch was on its way, restored on another timeline.
  await bed.emit('2022-01-03', accountChange('a', 3));
  await bed.owner.query(
    `update platform.relay_state set ids = (select range_agg(int8range(id, id, '[]')) from platform.outbox)`,
  );
  await bed.owner.query(
    `set session_replication_role = replica; update platform.incarnation set timeline = 'before';
     set session_replication_role = default`,
  );
  const two = bed.relay();
  await bed.untilEffects(3);
  await bed.emit('2022-01-03', accountChange('a', 4));
  await bed.untilEffects(4);
  await two.stop();
  bed.relay();
  await bed.emit('2022-01-03', accountChange('a', 5));
  await bed.untilEffects(5);
  expect(await lives()).toEqual([
    ...[{ timeline: 'before', generation: 1, branch_seq: 1, first: true, rises: true }],
    {
      ...{ timeline: expect.stringMatching(/^[0-9A-F]{8}$/), generation: 1, branch_seq: 4 },
      ...{ first: false, rises: true },
    },
  ]);
  expect(await bed.sequencesOf('a')).toEqual([1, 2, 3, 4, 5]);
}, 60_000);

test('a generation raised by hand begins a new incarnation, journalled; what is to be read again comes again by itself', async () => {
  await bed.listen(bed.consumer());
  bed.relay();
  await bed.emit('2022-01-03', accountChange('a', 1), accountChange('a', 2));
  await bed.untilEffects(2);
  const by = { userId: 'op', reason: 'a disk put back' };
  await withDecisions(bed, async (decisions) => {
    expect(await decisions.raiseGeneration(by)).toBe(2);
    await bed.emit('2022-01-03', accountChange('a', 3));
    await bed.untilEffects(3);
    expect(await decisions.incarnations()).toMatchObject([
      { generation: 2, branchSeq: 3n },
      { generation: 1, branchSeq: 1n, parentEpoch: null },
    ]);
    expect(await decisions.readAgain({ topic: bed.accountTopic }, by)).toBe(1);
  });
  await bed.untilEffects(6);
  expect(await bed.sequencesOf('a')).toEqual([1, 2, 3, 1, 2, 3]);
  const { rows } = await bed.owner.query(
    "select action, subject, actor, details->>'reason' as reason from platform.audit_entry order by id",
  );
  expect(rows).toEqual([
    { action: 'relay.generation-raised', subject: 'topic:*', actor: 'op', reason: by.reason },
    {
      ...{ action: 'positions.removed', subject: `topic:${bed.accountTopic}` },
      ...{ actor: 'op', reason: by.reason },
    },
  ]);
}, 60_000);
