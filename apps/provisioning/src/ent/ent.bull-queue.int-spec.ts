import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { createLogger } from '#libs/observability';
import { required } from '#libs/testing';
import { EntQueue } from './ent.bull-queue.js';

/**
 * Goal: jobs hold several accounts, and each account is all the same served once, by one process, as many at once as it may
 * have (PRV-4). Method: queues of two processes on a real Redis; the work of an account ends when the test says so.
 */
jest.setTimeout(60_000);

const accountsAtOnce = 5;
const ids = Array.from({ length: 47 }, () => randomUUID());
let prefix: string;
let queues: { queue: EntQueue; begun: string[]; end: (most?: number) => void }[];

beforeEach(() => {
  prefix = `test-${randomUUID().slice(0, 8)}`;
  queues = [];
});
afterEach(async () => {
  await Promise.all(
    queues.map(async ({ queue, end }) => {
      const closed = queue.close();
      end();
      await closed;
    }),
  );
});

function aProcess() {
  const begun: string[] = [];
  const waiting: (() => void)[] = [];
  let isOver = false;
  const queue = new EntQueue(
    { redisUrl: required('REDIS_URL'), prefix, accountsAtOnce },
    createLogger('test', 'silent'),
  );
  const work = (accountId: string) =>
    new Promise<void>((goOn) => {
      begun.push(accountId);
      if (isOver) goOn();
      else waiting.push(goOn);
    });
  const one = {
    ...{ queue, begun, work },
    /** So many of those at work are done; without a number these and all that follow. */
    end: (most?: number) => {
      isOver ||= most === undefined;
      for (const goOn of waiting.splice(0, most ?? waiting.length)) goOn();
    },
  };
  queues.push(one);
  return one;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 20_000; !(await holds()); await sleep(20))
    if (performance.now() > deadline) throw new Error(`still not so: ${what}`);
}

test('PRV-4: so many accounts at once of whatever jobs, each once; the ids of those that wait or are at work can be read', async () => {
  const { queue, begun, work, end } = aProcess();
  await queue.add(ids);
  expect(await queue.count()).toBe(5);
  expect([...(await queue.accountIds())].sort()).toEqual([...ids].sort());
  queue.process(work);
  await until('begun', () => begun.length === accountsAtOnce);
  await sleep(300);
  expect(begun).toHaveLength(accountsAtOnce);
  expect((await queue.accountIds()).has(begun[0]!)).toBe(true);
  end();
  await until('done', async () => (await queue.count()) === 0);
  expect([...begun].sort()).toEqual([...ids].sort());
  expect(await queue.accountIds()).toEqual(new Set());
});

test('PRV-4: an account that the ENT leaves without an answer holds up nobody but itself', async () => {
  const { queue, begun, work, end } = aProcess();
  let answer: () => void = () => undefined;
  queue.process((accountId) =>
    accountId === ids[0] ? new Promise<void>((goOn) => (answer = goOn)) : work(accountId),
  );
  end();
  await queue.add(ids);
  await until('the others are done', () => begun.length === ids.length - 1);
  expect(await queue.count()).toBe(1);
  answer();
  await until('done', async () => (await queue.count()) === 0);
});

test('PRV-4: while a process rests nobody of its jobs is begun with, and all are after it', async () => {
  const { queue, begun, work, end } = aProcess();
  queue.process(work);
  await queue.add(ids);
  await until('begun', () => begun.length === accountsAtOnce);
  await queue.pauseHere();
  end(accountsAtOnce);
  await sleep(500);
  expect(begun).toHaveLength(accountsAtOnce);
  end();
  await queue.resumeHere();
  await until('done', async () => (await queue.count()) === 0);
  expect([...begun].sort()).toEqual([...ids].sort());
});

test('PRV-4: whom a process that ends has not begun with is served by another, once; it waits for those at work alone', async () => {
  const [one, two] = [aProcess(), aProcess()];
  one.queue.process(one.work);
  await one.queue.add(ids);
  await until('begun', () => one.begun.length === accountsAtOnce);
  const closed = one.queue.close();
  await sleep(200);
  one.end();
  await closed;
  expect(one.begun).toHaveLength(accountsAtOnce);
  two.queue.process(two.work);
  two.end();
  await until('done', async () => (await two.queue.count()) === 0);
  expect([...one.begun, ...two.begun].sort()).toEqual([...ids].sort());
});

test('PRV-4: of a queue that was built anew the jobs of before begin nobody any more', async () => {
  const { queue, begun, work, end } = aProcess();
  queue.process(work);
  await queue.add(ids);
  await until('begun', () => begun.length === accountsAtOnce);
  const renewed = queue.renew({ isEmptied: true });
  await sleep(100);
  end();
  await renewed;
  await sleep(300);
  expect(begun).toHaveLength(accountsAtOnce);
  await queue.add(ids.slice(0, 3));
  await until('done', async () => (await queue.count()) === 0);
  expect(begun.slice(accountsAtOnce).sort()).toEqual(ids.slice(0, 3).sort());
});

test('PRV-4: one account whose work throws ends its job alone: the others of the job are served', async () => {
  const { queue, begun, work, end } = aProcess();
  end();
  queue.process(async (accountId) => {
    await work(accountId);
    if (accountId === ids[0]) throw new Error('the database is away');
  });
  await queue.add(ids);
  await until('done', async () => (await queue.count()) === 0);
  expect([...begun].sort()).toEqual([...ids].sort());
});
