import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { createLogger } from '#libs/observability';
import { required } from '#libs/testing';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import type { EntOutcome, EntTask } from './ent-task.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

test('PRV-4: goes on after Redis is wiped in the middle', async () => {
  await bed.aMembership('m1', { ordered: 300, uais: [uai] });
  await bed.import(pupils(uai, 300), { on: '2022-09-05' });
  bed.run({ ratePerSecond: 400 });
  await bed.until('some accounts', () => bed.ent.graph.users.size > 60);
  const redis = new Redis(required('REDIS_URL'));
  const keys = await redis.keys(`${bed.prefix}:*`);
  await redis.del(keys);
  await redis.quit();
  expect(bed.ent.graph.users.size).toBeLessThan(300);
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 300 }, 300]);
});

test('PRV-4: resumes after the process stops in the middle', async () => {
  await bed.aMembership('m1', { ordered: 200, uais: [uai] });
  await bed.import(pupils(uai, 200), { on: '2022-09-05' });
  bed.run({ ratePerSecond: 100 });
  await bed.until('some accounts', () => bed.ent.graph.users.size > 40);
  await bed.halt();
  expect(bed.ent.graph.users.size).toBeLessThan(200);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 200 }, 200]);
});

test('PRV-4: jobs that a killed process left at work in Redis hold nobody up', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  await bed.import(pupils(uai, 5), { on: '2022-09-05' });
  await bed.settleAccounts();
  const redis = new Redis(required('REDIS_URL'));
  for (const accountId of await bed.work.due(10)) {
    await redis.lpush(`${bed.prefix}:ent-accounts:active`, accountId);
    await redis.hset(
      `${bed.prefix}:ent-accounts:${accountId}`,
      'data',
      JSON.stringify({ accountIds: [accountId] }),
    );
    await redis.set(`${bed.prefix}:ent-accounts:${accountId}:lock`, 'of the killed', 'PX', 60_000);
  }
  await redis.quit();
  bed.run();
  await bed.untilQuiet(15_000);
  expect(await bed.states()).toEqual({ PROVISIONED: 5 });
});

test('PRV-4: an id without its job, which a wipe can leave in the queue, holds nobody up', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  bed.run();
  await bed.untilQuiet();
  await bed.import(pupils(uai, 5), { on: '2022-09-05' });
  await bed.settleAccounts();
  const redis = new Redis(required('REDIS_URL'));
  for (const { account_id } of await bed.rows<{ account_id: string }>(
    'select account_id from account',
  )) {
    await redis.lpush(`${bed.prefix}:ent-accounts:active`, account_id);
  }
  await redis.quit();
  await bed.untilQuiet(20_000);
  expect(await bed.states()).toEqual({ PROVISIONED: 5 });
});

/** What a process did: the accounts of its jobs, and how often it built the queue anew. */
function aProcess() {
  const jobs: string[] = [];
  const built: string[] = [];
  const logger = createLogger('test', 'info', {
    write: (line) => {
      const { kind, accountId, msg } = JSON.parse(line) as Record<string, string>;
      if (kind === 'job') jobs.push(accountId!);
      if (/built anew/.test(msg ?? '')) built.push(msg!);
    },
  });
  return { jobs, built, logger };
}

test('PRV-4: two processes share the work: each account is served once, and none empties the other’s queue', async () => {
  await bed.aMembership('m1', { ordered: 400, uais: [uai] });
  await bed.import(pupils(uai, 400), { on: '2022-09-05' });
  const [one, two] = [aProcess(), aProcess()];
  bed.run({ ratePerSecond: 100, logger: one.logger });
  await bed.until('some accounts', () => bed.ent.graph.users.size > 40);
  bed.run({ ratePerSecond: 100, logger: two.logger });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 400 }, 400]);
  expect([one.built, two.built]).toEqual([[], []]);
  const jobs = [...one.jobs, ...two.jobs];
  expect([jobs.length, new Set(jobs).size]).toEqual([400, 400]);
  expect(Math.min(one.jobs.length, two.jobs.length)).toBeGreaterThan(40);
});

test('PRV-4: two processes go on after Redis is wiped in the middle', async () => {
  await bed.aMembership('m1', { ordered: 300, uais: [uai] });
  await bed.import(pupils(uai, 300), { on: '2022-09-05' });
  const [one, two] = [aProcess(), aProcess()];
  bed.run({ ratePerSecond: 200, logger: one.logger });
  bed.run({ ratePerSecond: 200, logger: two.logger });
  await bed.until('some accounts', () => bed.ent.graph.users.size > 60);
  const redis = new Redis(required('REDIS_URL'));
  await redis.del(await redis.keys(`${bed.prefix}:*`));
  await redis.quit();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 300 }, 300]);
});

test('PRV-4: what a process had at work that vanished beside another one is served by that one', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  await bed.import(pupils(uai, 5), { on: '2022-09-05' });
  await bed.settleAccounts();
  const redis = new Redis(required('REDIS_URL'));
  await redis.sadd(`${bed.prefix}:processes`, 'killed');
  await redis.set(`${bed.prefix}:processes:killed`, 'busy', 'PX', 3_000);
  for (const accountId of await bed.work.due(5)) {
    await redis.lpush(`${bed.prefix}:ent-accounts:active`, accountId);
    const job = `${bed.prefix}:ent-accounts:${accountId}`;
    await redis.hset(job, 'data', JSON.stringify({ accountIds: [accountId] }));
    await redis.set(`${job}:lock`, 'of the killed', 'PX', 60_000);
  }
  await redis.quit();
  bed.run();
  // While it may live, nothing is taken from it.
  await setTimeout(1_000);
  expect(await bed.states()).toEqual({ PROVISIONING: 5 });
  await bed.untilQuiet(15_000);
  expect(await bed.states()).toEqual({ PROVISIONED: 5 });
});

const lookedFor = () => bed.rows('select refused_code from ent_task');

/** One pupil whose creation is under way in one process when it leaves, and another process takes what is to be done then. */
async function leftWhileMade(): Promise<Record<'creation' | 'closing', EntTask>> {
  const on = '2022-09-05';
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  const take = async () => {
    await bed.settleAccounts();
    const rows = await bed.rows<{ account_id: string }>('select account_id from ent_task');
    return (await bed.work.take(rows.map(({ account_id }) => account_id)))[0]!;
  };
  await bed.import(pupils(uai, 1), { on });
  const creation = await take();
  await bed.import([aPupil(1, { uai, endsOn: on, revision: 2 })], { on });
  return { creation, closing: await take() };
}
async function answered(task: EntTask): Promise<EntOutcome> {
  const outcome: EntOutcome = { accountId: task.accountId, attempts: task.attempts };
  await bed.engine().match.execute(task, outcome);
  return outcome;
}
const openInEnt = () => [...bed.ent.graph.users.values()].filter(({ blocked }) => !blocked).length;

/** As time goes by; nothing of ours may write it back. */
const triedAgo = (minutes: number) =>
  bed.asOwner(
    `alter table ent_task disable trigger ent_task_was_tried;
     update ent_task set tried_at = now() - interval '${minutes} minutes';
     alter table ent_task enable trigger ent_task_was_tried`,
  );

test('PRV-4: who left is looked for as long as an earlier call may make it, and blocked when it has', async () => {
  const { creation, closing } = await leftWhileMade();
  await bed.work.record([await answered(closing)]);
  expect(await lookedFor()).toEqual([{ refused_code: 'ENT_CREATION_UNHEARD' }]);
  await bed.work.record([await answered(creation)]);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await lookedFor(), openInEnt()]).toEqual([{ CLOSING: 1 }, [], 0]);
  expect(await countInBoth()).toBe(1);
});

test('PRV-4: who left and is nowhere is done once no call can make it any more', async () => {
  const { closing } = await leftWhileMade();
  await triedAgo(14);
  await bed.work.record([await answered(closing)]);
  expect(await lookedFor()).toEqual([{ refused_code: 'ENT_CREATION_UNHEARD' }]);
  await triedAgo(15);
  await bed.work.record([await answered(closing)]);
  expect([await lookedFor(), await bed.states()]).toEqual([[], { CLOSING: 1 }]);
});

test('PRV-4: what an earlier call tells after a later one changes nothing of what that one told', async () => {
  const { creation, closing } = await leftWhileMade();
  const made = await answered(creation);
  bed.run();
  await bed.untilQuiet();
  await bed.work.record([await answered(closing)]);
  const books = 'select state, ent_id, ent_blocked from account';
  const before = await bed.rows(books);
  await bed.work.record([made]);
  expect([await bed.rows(books), openInEnt()]).toEqual([before, 0]);
  expect(before).toMatchObject([{ state: 'CLOSING', ent_id: made.entId, ent_blocked: true }]);
});
