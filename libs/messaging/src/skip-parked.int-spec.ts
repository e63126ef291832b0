import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EventSkippedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { Proposals } from '#libs/proposals';
import { callerOf, freshDatabase, type FreshDatabase } from '#libs/testing';
import { PgBusinessDate } from './business-date.js';
import type { NewestStates } from './newest-states.js';
import { ParkedEvents, type Replayer } from './parked-events.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import { rejoin } from './rejoin.js';
import { ServiceName } from './service-name.js';
import { SkipParked } from './skip-parked.js';

/** Goal: no fact is passed over by one person, whoever writes. Method: the class, and SQL as the service's role. */
let fresh: FreshDatabase;
let parked: ParkedEvents;
let skips: SkipParked;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  await fresh.database.query("select platform.begin_day('2022-01-03')");
  await fresh.database.query(
    "insert into platform.consumer_position (topic, partition, next_offset, parked) values ('t', 0, 20, 20)",
  );
  const replayer: Replayer = { plans: new Map(), replay: () => Promise.resolve() };
  parked = new ParkedEvents(fresh.database, fresh.unitOfWork, replayer, {} as NewestStates);
  const today = new PgBusinessDate(fresh.database);
  skips = new SkipParked(
    ...([fresh.unitOfWork, parked, new Proposals(fresh.database), today] as const),
    ...([new PgOutbox(), new ServiceName('billing')] as const),
  );
});
afterAll(() => fresh.drop());

const person = (userId: string, markets = ['*']) =>
  callerOf({ userId, roles: ['admin'], markets, loggedInAt: new Date() });
const setAside = async (offset: number, key: string | null, market: string | null = null) => {
  const { rows } = await fresh.database.query<{ id: bigint }>(
    `insert into platform.parked_event (topic, partition, "offset", key, cause, awaits, cause_detail, market_code, membership_id)
     values ('t', 0, $1, $2, 'AWAITS_CALENDAR', '2099-01-01', 'dated 2099-01-01', $3::text, 'm-' || $3) returning id`,
    [offset, key, market],
  );
  return rows[0]!.id;
};
const approve = (of: { proposalId: string; digest: string }, by: string, markets?: string[]) =>
  skips.decide(
    of.proposalId,
    { digest: of.digest, outcome: 'APPROVED', reason: '' },
    person(by, markets),
  );
const parkedCount = async () =>
  (await fresh.database.query<{ parked: bigint }>('select parked from platform.consumer_position'))
    .rows[0]?.parked;

test('a fact of a senseless date that awaits the calendar is passed over by two persons, once; it is kept, and counted out', async () => {
  const id = await setAside(1, 'k', 'a');
  const before = await parkedCount();
  const proposal = await skips.propose(id, 'Date impossible.', person('one'));
  expect(proposal.content).toMatchObject({ at: 't/0@1', memberships: ['m-a'], behind: 0 });
  await expect(approve(proposal, 'one')).rejects.toMatchObject({ code: 'PROPOSAL_OWN' });
  const both = await Promise.allSettled([approve(proposal, 'two'), approve(proposal, 'three')]);
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await parkedCount()).toBe((before ?? 0n) - 1n);
  const kept = await fresh.database.query('select key, cause from platform.skipped_event');
  expect(kept.rows).toEqual([{ key: 'k', cause: 'AWAITS_CALENDAR' }]);
  expect(await parked.awaitsCalendar()).toBeUndefined();
});

test('each membership that a skip concerns is told, once, and nobody by a rejection', async () => {
  const { rows } = await fresh.database.query<{ id: bigint }>(
    `insert into platform.parked_event (topic, partition, "offset", key, type, cause, headers, membership_id)
     values ('membership.events.v1', 0, 1, 'm-key', 'ent.membership.v1.OrderSigned', 'UNDECODABLE', '{"business-date": "2022-01-02"}', null),
            ('membership.events.v1', 0, 2, 'm-key', null, 'BEHIND_A_PARKED_EVENT', null, 'm-other') returning id`,
  );
  const told = async () =>
    (
      await fresh.database.query<{ topic: string; key: string; value: Buffer }>(
        "select topic, key, value from platform.outbox where topic like '%.skip.v1' and key in ('m-key', 'm-other') order by key",
      )
    ).rows;
  const rejected = await skips.propose(rows[0]!.id, 'Illisible.', person('one'));
  await skips.decide(
    rejected.proposalId,
    { digest: rejected.digest, outcome: 'REJECTED', reason: 'Non.' },
    person('two'),
  );
  expect(await told()).toEqual([]);
  const proposal = await skips.propose(rows[0]!.id, 'Illisible.', person('one'));
  expect(proposal.content.memberships).toEqual(['m-other', 'm-key']);
  await approve(proposal, 'two');
  const facts = await told();
  expect(facts.map(({ topic, key }) => [topic, key])).toEqual([
    ['billing.skip.v1', 'm-key'],
    ['billing.skip.v1', 'm-other'],
  ]);
  expect(fromBinary(EventSkippedSchema, facts[0]!.value)).toMatchObject({
    ...{ membershipId: 'm-key', proposalId: proposal.proposalId, service: 'billing' },
    ...{ at: 'membership.events.v1/0@1', type: 'ent.membership.v1.OrderSigned' },
    ...{ toldOn: '2022-01-02', reason: 'Illisible.', decidedOn: '2022-01-03' },
  });
});

test('SUP-1: where one behind it is of another market, who administers one neither sees, proposes nor decides', async () => {
  const id = await setAside(2, 'mixed', 'a');
  await setAside(3, 'mixed', 'b');
  const unknown = { code: 'PARKED_UNKNOWN' };
  await expect(skips.show(id, person('one', ['a']))).rejects.toMatchObject(unknown);
  await expect(skips.propose(id, 'x', person('one', ['a']))).rejects.toMatchObject(unknown);
  const proposal = await skips.propose(id, 'x', person('one'));
  await expect(approve(proposal, 'two', ['a'])).rejects.toMatchObject(unknown);
  await expect(approve(proposal, 'two', ['b'])).rejects.toMatchObject({ code: 'PROPOSAL_UNKNOWN' });
  expect((await skips.show(id, person('two', ['a', 'b']))).event).toMatchObject({ behind: 1 });
});

test('what was released meanwhile is not passed over, and the approval is undone', async () => {
  const id = await setAside(4, 'gone');
  const proposal = await skips.propose(id, 'x', person('one'));
  await parked.release({ topic: 't', key: 'gone' });
  await expect(approve(proposal, 'two')).rejects.toMatchObject({ code: 'PARKED_UNKNOWN' });
  const { rows } = await fresh.database.query(
    'select 1 from platform.proposal_decision where proposal_id = $1',
    [proposal.proposalId],
  );
  expect(rows).toEqual([]);
});

test('a proposal survives a log that is made anew: it stays with its record, and the second person decides on it', async () => {
  const id = await setAside(12, 'rejoined');
  const proposal = await skips.propose(id, 'Illisible.', person('one'));
  const logs = [{ partition: 0, low: 0n, high: 0n }];
  for (const _ of [1, 2]) {
    await fresh.unitOfWork.run((tx) => rejoin(tx, 't', logs, { whole: true }));
    // Of the new log, at the same offset.
    const other = await setAside(12, 'another');
    expect((await skips.show(other, person('two'))).proposal).toBeUndefined();
  }
  const shown = await skips.show(id, person('two'));
  expect(shown.event.offset).toBeLessThan(0n);
  expect(shown.proposal).toEqual(proposal);
  await expect(skips.propose(id, 'x', person('two'))).rejects.toMatchObject({
    code: 'SKIP_PROPOSED',
  });
  await approve(shown.proposal!, 'two');
  const { rows } = await fresh.database.query(
    'select key, "offset" from platform.skipped_event where proposal_id = $1',
    [proposal.proposalId],
  );
  expect(rows).toEqual([{ key: 'rejoined', offset: shown.event.offset }]);
});

test('what waits behind another of its key is neither proposed nor, should one come before it, passed over', async () => {
  const id = await setAside(8, 'row');
  const proposal = await skips.propose(id, 'x', person('one'));
  const first = await setAside(7, 'row');
  const behind = { code: 'PARKED_BEHIND_ANOTHER', details: { first: first.toString() } };
  await expect(approve(proposal, 'two')).rejects.toMatchObject(behind);
  const next = await setAside(9, 'row');
  await expect(skips.propose(next, 'x', person('one'))).rejects.toMatchObject(behind);
});

test('the database passes over nothing that two persons did not approve, and keeps no approval for later', async () => {
  const id = await setAside(5, 'sql');
  const other = await setAside(6, 'sql-other');
  const proposal = await skips.propose(id, 'x', person('one'));
  const skipped = (event: bigint) => (tx: Transaction) =>
    tx.query(
      `insert into platform.skipped_event (topic, partition, "offset", cause, cause_detail, parked_at, proposal_id)
       select topic, partition, "offset", cause, '', parked_at, $2 from platform.parked_event where id = $1`,
      [event, proposal.proposalId],
    );
  const decided = (outcome: string) => (tx: Transaction) =>
    tx.query(
      `insert into platform.proposal_decision (proposal_id, digest, proposed_by, proposed_on, expires_on, outcome, decided_by, decided_on, reason)
       select proposal_id, digest, proposed_by, proposed_on, expires_on, $2, 'two', proposed_on, 'x' from platform.proposal where proposal_id = $1`,
      [proposal.proposalId, outcome],
    );
  const inOne = (...writes: ((tx: Transaction) => Promise<unknown>)[]) =>
    fresh.unitOfWork.run(async (tx) => {
      for (const write of writes) await write(tx);
    });
  await expect(inOne(skipped(id))).rejects.toThrow('nobody approved');
  await expect(inOne(decided('REJECTED'), skipped(id))).rejects.toThrow('nobody approved');
  // Approved, but of another record.
  await expect(inOne(decided('APPROVED'), skipped(other))).rejects.toThrow('nobody approved');
  await expect(inOne(decided('APPROVED'))).rejects.toThrow('without its effect');
  await approve(proposal, 'two');
  for (const change of [
    'delete from platform.skipped_event',
    'update platform.skipped_event set key = null',
  ]) {
    await expect(fresh.database.query(change)).rejects.toThrow(/permission denied/);
    await expect(fresh.asOwner(change)).rejects.toThrow('never changed or removed');
  }
  await expect(fresh.asOwner('truncate platform.skipped_event')).rejects.toThrow(
    'never changed or removed',
  );
});
