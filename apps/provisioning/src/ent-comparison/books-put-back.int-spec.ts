import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { AccountMovedSchema } from '#libs/contracts';
import { callerOf } from '#libs/testing';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aLostUser, books, compared, mend, uai } from '../../test/ent-comparison.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { EntCorrections } from './ent-corrections.pg.js';

jest.setTimeout(180_000);
bedForEachTest();

async function aSchool(): Promise<void> {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 4), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
}
const blocked = () =>
  [...bed.ent.graph.users.values()].filter((user) => user.blocked).map(({ id }) => id);

test('PRV-5: the user of a person whose account was forgotten is taken over by the new one', async () => {
  await aSchool();
  await bed.halt();
  const lost = aLostUser(5);
  bed.run({ isHeld: true });
  await bed.import([aPupil(5, { uai })], { on: '2022-09-05' });
  await bed.until('the new account waits for the ENT', async () => {
    const [task] = await bed.rows('select from ent_task');
    return task !== undefined;
  });
  expect(await compared()).toEqual(['ADOPTABLE 5']);
  await mend();
  await bed.halt();
  bed.run();
  await bed.untilQuiet();
  expect([bed.ent.graph.users.size, await compared(), blocked()]).toEqual([5, [], []]);
  const [row] = await bed.rows(
    'select state, ent_id, ent_external_id, login from account where person_id = $1',
    [aPupil(5, { uai }).personId],
  );
  expect(row).toEqual({
    ...{ state: 'PROVISIONED', ent_id: lost.entId, ent_external_id: lost.externalId },
    login: 'prenom5.nom5',
  });
});

test('PRV-5: a user of ours that nobody waits for is blocked and told, never deleted; others’ are left alone; a block that the ENT did not do is asked again', async () => {
  await aSchool();
  const lost = aLostUser(77);
  const byHand = aLostUser(78, { externalId: randomUUID() });
  const ofOthers = `BY_HAND ${byHand.externalId}`;
  const before = await books();
  expect(await compared()).toEqual([ofOthers, `UNKNOWN ${lost.externalId}`]);
  // Named by a key, it was made by a connector, and nobody else's by a feed.
  const keyed = aLostUser(79, { externalId: 'NANTES-79' });
  expect(await compared()).toEqual([ofOthers, 'UNKNOWN ', `UNKNOWN ${lost.externalId}`]);
  const keyedUser = bed.ent.graph.users.get(keyed.entId)!;
  bed.ent.graph.change(keyedUser, { source: 'AAF1D' });
  expect(await compared()).toEqual([ofOthers, `UNKNOWN ${lost.externalId}`]);
  bed.ent.graph.record({ remove: keyed.entId });
  bed.ent.faults.set([{ mode: 'error-503', calls: 'PUT /auth/block/.*' }]);
  expect(await mend()).toMatchObject({ blocked: 0, notBlocked: 1 });
  expect(blocked()).toEqual([]);
  bed.ent.faults.set([]);
  expect(await mend()).toMatchObject({ blocked: 1, notBlocked: 0 });
  expect([blocked(), bed.ent.graph.users.has(byHand.entId)]).toEqual([[lost.entId], true]);
  expect(await mend()).toMatchObject({ blocked: 0, notBlocked: 0 });
  expect([await compared(), bed.ent.graph.users.size]).toEqual([
    [ofOthers, `UNKNOWN ${lost.externalId}`],
    6,
  ]);
  expect(await books()).toEqual(before);
});

test('PRV-5: who was blocked because nobody waited for them is opened once somebody does', async () => {
  await bed.aMembership('m1', { ordered: 4, uais: [uai] });
  await bed.import(pupils(uai, 5), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const [waiting] = await bed.rows<{ id: string; person: string }>(
    `select account_id as id, person_id as person from account where state = 'WAITING_SEAT'`,
  );
  const { id, person } = waiting!;
  const made = aLostUser(Number(person.slice(-12)), { externalId: id });
  expect(await compared()).toEqual(['RENUMBERED 5']);
  await mend();
  await bed.untilQuiet();
  expect(blocked()).toEqual([made.entId]);
  // The order that the lost life had taken is signed again.
  await bed.order('m1', 5, '2022-09-05');
  await bed.until('all are open', async () => (await bed.states()).PROVISIONED === 5);
  await bed.untilQuiet();
  expect([bed.ent.graph.users.size, blocked(), await compared()]).toEqual([5, [], []]);
});

test('PRV-5: who was blocked as unknown and then comes under the same key is opened', async () => {
  await aSchool();
  await bed.rows(
    "insert into market_way_in (market_code, profile, way) values ('e-primo-2022', 'STUDENT', 'EDUCONNECT')",
  );
  const made = aLostUser(5, { externalId: 'NANTES-5' });
  expect([await mend(), blocked()]).toMatchObject([{ blocked: 1 }, [made.entId]]);
  await bed.import([aPupil(5, { uai, aafKey: '5' })], { on: '2022-09-05' });
  await bed.until('all are open', async () => (await bed.states()).PROVISIONED === 5);
  await bed.untilQuiet();
  expect([bed.ent.graph.users.size, blocked()]).toEqual([5, []]);
});

test('PRV-5: more blocks than the season allows a school ask for the figure, and nobody is blocked without it', async () => {
  await aSchool();
  for (const number of [77, 78, 79]) aLostUser(number);
  bed.thresholds = { ...bed.thresholds, least: 0 };
  for (const blocks of [undefined, 2]) {
    await expect(mend(blocks === undefined ? {} : { blocks })).rejects.toMatchObject({
      code: 'ENT_BLOCKS_UNCONFIRMED',
      details: { blocks: 3, ceiling: 2 },
    });
  }
  expect(blocked()).toEqual([]);
  expect(await mend({ blocks: 3 })).toMatchObject({ blocked: 3 });
  expect(blocked().length).toBe(3);
});

test('MTR-2: what the lost life had told as open stays open on its days, whatever day the books follow on', async () => {
  const [waiting, stranger] = [aPupil(4, { uai }), aPupil(5, { uai })];
  const [nobody, gone, brief] = [randomUUID(), randomUUID(), randomUUID()];
  await bed.aMembership('m1', { ordered: 3, uais: [uai] });
  await bed.import(pupils(uai, 4), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  // The backup was of here. The life that is lost opened the fourth on 3 November, and another account of a fifth pupil.
  await bed.begin('2022-11-21');
  const [{ id }] = (await bed.rows('select account_id as id from account where person_id = $1', [
    waiting.personId,
  ])) as [{ id: string }];
  bed.lag = 1n;
  const lost = [
    [id, waiting.personId, 'PROVISIONED', '2022-11-03'],
    [randomUUID(), stranger.personId, 'PROVISIONED', '2022-11-04'],
    [randomUUID(), stranger.personId, 'CLOSING', '2022-11-10'],
    // Opened and closed since the backup, of somebody who has left; and once again, still open when it was lost.
    [gone, nobody, 'PROVISIONED', '2022-11-03'],
    [gone, nobody, 'CLOSING', '2022-11-08'],
    [gone, nobody, 'PROVISIONED', '2022-11-19'],
    // Opened and closed on one day: of no day.
    [brief, brief, 'PROVISIONED', '2022-11-03'],
    [brief, brief, 'CLOSING', '2022-11-03'],
  ];
  await bed.asOwner(
    `insert into lost_account_fact
     select 7, n, (l->>0)::uuid, (l->>1)::uuid, 'STUDENT', l->>2, (l->>3)::date, '${uai}', 'm1', 'ELEVE'
     from jsonb_array_elements($1) with ordinality as lost (l, n)`,
    [JSON.stringify(lost)],
  );
  await bed.order('m1', 2, '2022-11-03');
  await bed.import([stranger], { on: '2022-11-04' });
  await bed.until('both are open', async () => (await bed.states()).PROVISIONED === 5);
  // Something is still to be read: it might change them.
  expect(await bed.restateLostDays.execute()).toBe(0);
  bed.lag = 0n;
  await bed.untilQuiet();
  expect((await bed.historyOf(waiting.personId)).slice(-2)).toEqual([
    'PROVISIONED 2022-11-21 ENT',
    'PROVISIONED 2022-11-03 RECONCILIATION',
  ]);
  expect((await bed.historyOf(stranger.personId)).slice(-3)).toEqual([
    'PROVISIONED 2022-11-04 RECONCILIATION',
    'CLOSING 2022-11-10 RECONCILIATION',
    'PROVISIONED 2022-11-21 RECONCILIATION',
  ]);
  expect(await bed.told(AccountMovedSchema)).toHaveLength(4);
  expect(await bed.rows('select from lost_account_fact')).toEqual([]);
  const days = await bed.rows(
    `select from_on, to_on, membership_id, item_code, uai, recorded_on, dense_rank() over (order by lost_account)::int as n
       from lost_day order by from_on`,
  );
  const place = { membership_id: 'm1', item_code: 'ELEVE', uai, recorded_on: '2022-11-21', n: 1 };
  expect(days).toEqual([
    { ...place, from_on: '2022-11-03', to_on: '2022-11-08' },
    { ...place, from_on: '2022-11-19', to_on: '2022-11-21' },
  ]);
  const supplier = callerOf({ roles: ['supplier'], markets: ['e-primo-2022'] });
  expect(await bed.look.lostDays('e-primo-2022', supplier)).toMatchObject([
    {
      ...{ membershipId: 'm1', itemCode: 'ELEVE', accounts: 1, accountDays: 7 },
      ...{ firstOn: '2022-11-03', lastOn: '2022-11-20' },
    },
  ]);
  await expect(bed.look.lostDays('another', supplier)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  // Nobody is named.
  expect(
    await bed.rows('select from lost_day where lost_account in ($1, $2)', [gone, nobody]),
  ).toEqual([]);
  expect(await bed.restateLostDays.execute()).toBe(0);
});

test('MTR-2: lost days wait while anything may still change the account', async () => {
  await aSchool();
  await bed.halt();
  const [account] = await bed.rows(
    'select account_id as id, person_id as person from account limit 1',
  );
  const { id, person } = account as { id: string; person: string };
  await bed.asOwner(
    `insert into lost_account_fact
     values (7, 1, $1, $2, 'STUDENT', 'PROVISIONED', '2022-09-02', '${uai}', 'm1', 'ELEVE')`,
    [id, person],
  );
  const waits: [string, string][] = [
    [`insert into pool_mark values ('m1', 'ELEVE', '2022-09-05', 'c')`, 'delete from pool_mark'],
    [
      `insert into import_progress (import_id, first_seen_on) values ('i9', '2022-09-05')`,
      `update import_progress set settled = true`,
    ],
    [
      `insert into person_mark values ('${person}', '2022-09-05', '', 'c')`,
      'delete from person_mark',
    ],
  ];
  for (const [begins, ends] of waits) {
    await bed.asOwner(begins);
    expect([begins, await bed.restateLostDays.execute()]).toEqual([begins, 0]);
    await bed.asOwner(ends);
  }
  await bed.becomes('PROVISIONING', `account_id = '${id}'`);
  expect(await bed.restateLostDays.execute()).toBe(0);
  await bed.becomes('PROVISIONED', `account_id = '${id}'`);
  expect(await bed.restateLostDays.execute()).toBe(1);
});

type Looked = { accountId: string; entId: string | null; isRemoved: boolean };

test('PRV-5: what changed since it was looked at, or is being told to the ENT, is left to the next comparison', async () => {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 6), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
  const looked = await bed.rows<Looked>(
    'select account_id as "accountId", ent_id as "entId", ent_removed as "isRemoved" from account order by account_id',
  );
  const [same, renamed, removed, atWork, refused, waiting] = looked as [
    ...[Looked, Looked, Looked, Looked, Looked, Looked],
  ];
  await bed.rows("update account set ent_id = 'since' where account_id = $1", [renamed.accountId]);
  await bed.rows('update account set ent_removed = true where account_id = $1', [
    removed.accountId,
  ]);
  await bed.rows('update account set ent_id = null where account_id = $1', [waiting.accountId]);
  await bed.rows(
    `insert into ent_task (account_id, priority, attempts, refused_code)
     values ($1, 1, 1, ''), ($2, 1, 1, 'ENT_BLOCK_REFUSED'), ($3, 1, 0, '')`,
    [atWork.accountId, refused.accountId, waiting.accountId],
  );
  const unchanged = () =>
    bed.fresh.unitOfWork.run((tx) =>
      new EntCorrections().unchanged(
        tx,
        looked.map((each) => (each === waiting ? { ...each, entId: null } : each)),
      ),
    );
  const left = [same, refused, waiting].map(({ accountId }) => accountId);
  expect([...(await unchanged())].sort()).toEqual(left.sort());
  await bed.rows('update ent_task set attempts = 1');
  expect([...(await unchanged())].sort()).toEqual(
    [same, refused].map(({ accountId }) => accountId).sort(),
  );
});
