import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../apps/provisioning/test/bed-of-each-test.test-support.js';
import { endedWithEachTest, locked, startProcess, waitsForALock } from './killed-process.js';

/**
 * Goal: a process that is killed anywhere while all of a cause are tried again leaves nobody untried, nobody tried twice by
 * that decision and nobody twice in the ENT, and its figures come out (PRV-4). Method: a process of its own, ended by SIGKILL
 * by its id at a point that the ENT or the books tell of; then another goes on. `npm run prove -- provisioning`: all points.
 */
jest.setTimeout(300_000);
bedForEachTest();
endedWithEachTest();

const uai = '0440001A';
const accounts = 260;
const creations = 'POST /directory/class/.*/user';
const figures = async () => {
  const [last] = await bed.faultParts().retries.retries(undefined);
  return last!;
};

type Point = {
  /** What somebody else has locked: from the beginning, or from then on. */
  readonly lock?: { readonly sql: string; readonly from?: () => Promise<boolean> };
  readonly isThere: () => boolean | Promise<boolean>;
};
const isUnderWay = async () => (await figures()).underWay > 0;
const points: Readonly<Record<string, Point>> = {
  'the second portion is at work': {
    isThere: async () => {
      const { through, underWay } = await figures();
      return through >= 20 && underWay > 20;
    },
  },
  'the first of them are with the ENT': {
    isThere: async () => (await isUnderWay()) && (bed.ent.calls.get('create-user') ?? 0) > 0,
  },
  'it takes the first portion': {
    lock: { sql: 'select from account for update' },
    isThere: waitsForALock,
  },
  'it says what became of the first': {
    lock: { sql: 'select from ent_retry_account for update', from: isUnderWay },
    isThere: waitsForALock,
  },
};
const chosen = Object.keys(points).slice(0, process.env['PROVE'] === '1' ? undefined : 1);

test.each(chosen)(
  'PRV-4: killed by its id while %s: each is tried once by the decision, made once, and counted',
  async (name) => {
    bed.ent.faults.set([{ mode: 'error-400', calls: creations }]);
    await bed.aMembership('m1', { ordered: accounts, uais: [uai] });
    await bed.import(pupils(uai, accounts), { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    await bed.halt();
    expect(await bed.states()).toEqual({ FAILED: accounts });
    bed.ent.faults.set([]);
    bed.ent.calls.clear();
    const decision = { code: 'ENT_REFUSED', reason: 'INCIDENT_ENT', idempotencyKey: randomUUID() };
    const caller = callerOf({ roles: ['support-2'], userId: 'agent-2' });
    await bed.faultParts().retryFault.execute({ ...decision, caller });
    const { lock, isThere } = points[name]!;
    let putBack = lock && !lock.from ? await locked(lock.sql) : undefined;
    // Long enough that the process is found where it is to be.
    bed.ent.throttle.set({ perSecond: 0, latencyMs: 200 });
    const kill = startProcess('provisioning-worker');
    if (lock?.from) {
      await bed.until('where somebody else has it', lock.from);
      putBack = await locked(lock.sql);
    }
    await bed.until('where it is killed', isThere);
    await kill();
    await putBack?.();
    bed.ent.throttle.set({ perSecond: 0, latencyMs: 0 });
    bed.run();
    await bed.until('the retry has ended', async () => (await figures()).state !== 'RUNNING');
    await bed.untilQuiet();
    expect([await bed.states(), await countInBoth()]).toEqual([
      { PROVISIONED: accounts },
      accounts,
    ]);
    const { state, through, again, left } = await figures();
    expect({ state, through, again, left }).toEqual({
      ...{ state: 'DONE', through: accounts, again: 0, left: 0 },
    });
    expect(
      await bed.rows(
        `select count(*)::int as steps, count(distinct account_id)::int as accounts
         from account_transition where cause = 'OPERATOR'`,
      ),
    ).toEqual([{ steps: accounts, accounts }]);
  },
);
