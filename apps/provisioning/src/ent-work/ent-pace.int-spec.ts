import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { EntPace } from '../ent/ent.module.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

/** Accounts of one school, unless there are more. */
async function withPace(accounts: number, pace: EntPace, uais = [uai]): Promise<void> {
  await bed.aMembership('m1', { ordered: accounts, uais });
  const people = Array.from({ length: accounts }, (_, at) =>
    aPupil(at + 1, { uai: uais[at % uais.length]! }),
  );
  await bed.import(people, { on: '2022-09-05' });
  await bed.settleAccounts();
  bed.run({ pace });
}

test('PRV-4: a storm of 429 lowers the rate, and nobody is given up', async () => {
  const pace = new EntPace({ leastPerSecond: 20, mostPerSecond: 200 });
  const calls = 'POST /directory/class/.*/user';
  bed.ent.faults.set([{ mode: 'throttled-429', calls, remaining: 3, retryAfter: '1' }]);
  await withPace(150, pace);
  await bed.until('slowed', () => pace.perSecond <= 100);
  await bed.untilQuiet();
  expect([await bed.states(), bed.ent.graph.users.size]).toEqual([{ PROVISIONED: 150 }, 150]);
});

test('PRV-4: where the ENT refuses one of two processes, the other asks for less as well', async () => {
  const paces = [1, 2].map(() => new EntPace({ leastPerSecond: 20, mostPerSecond: 200 }));
  const calls = 'POST /directory/class/.*/user';
  bed.ent.faults.set([{ mode: 'throttled-429', calls, remaining: 1, retryAfter: '1' }]);
  await withPace(60, paces[0]!);
  bed.run({ pace: paces[1]! });
  await bed.until('both ask for less', () => paces.every(({ learnt }) => learnt.perSecond <= 120));
  await bed.untilQuiet();
  expect(paces.map(({ standing }) => standing.refusedSlowings).sort()).toEqual([0, 1]);
  expect([await bed.states(), bed.ent.graph.users.size]).toEqual([{ PROVISIONED: 60 }, 60]);
});

test('PRV-4: an ENT that grows slow is asked for less, and makes everybody all the same', async () => {
  const pace = new EntPace({ leastPerSecond: 20, mostPerSecond: 200 });
  // A school makes one creation at a time: many of them keep the ENT busy.
  const uais = Array.from({ length: 25 }, (_, at) => `04401${String(at).padStart(2, '0')}A`);
  await withPace(500, pace, uais);
  await bed.until('under way', () => bed.ent.graph.users.size > 50);
  const before = pace.perSecond;
  bed.ent.throttle.set({ perSecond: 40, latencyMs: 5 });
  await bed.until('slowed', () => pace.perSecond < before);
  bed.ent.throttle.set({ perSecond: 0, latencyMs: 0 });
  await bed.untilQuiet();
  expect([await bed.states(), bed.ent.graph.users.size]).toEqual([{ PROVISIONED: 500 }, 500]);
});

test('PRV-4: no more calls a second reach the ENT than the pace allows', async () => {
  const pace = new EntPace({ leastPerSecond: 1, mostPerSecond: 50 });
  await withPace(100, pace);
  const begunAtMs = performance.now();
  await bed.untilQuiet();
  expect(performance.now() - begunAtMs).toBeGreaterThan(1_500);
});

test('PRV-4: many deletions of a day are begun one after the other, and who is new does not wait behind them', async () => {
  const pace = new EntPace({ leastPerSecond: 1, mostPerSecond: 2_000, deletionsPerSecond: 5 });
  bed.thresholds = { ...bed.thresholds, least: 1_000 };
  await withPace(40, pace);
  await bed.untilQuiet();
  const gone = pupils(uai, 25).map((pupil) => ({ ...pupil, endsOn: '2022-09-05', revision: 2 }));
  await bed.import(gone, { on: '2022-09-05' });
  await bed.untilQuiet();
  // However slow the machine is, none is begun before the newcomer is there.
  const allowed = jest.spyOn(pace.deletions, 'allowed', 'get').mockReturnValue(0);
  await bed.begin('2022-12-01');
  await bed.until('all deletions wait', async () => {
    const waiting = await bed.rows(
      "select from ent_task where kind = 'DELETE' and gate = 'OPEN' and queued_at is null",
    );
    return waiting.length === 25;
  });
  await bed.import([aPupil(90, { uai })], { on: '2022-12-01' });
  const isThere = () =>
    [...bed.ent.graph.users.values()].some(({ lastName }) => lastName === 'Nom90');
  await bed.until('who is new is there', isThere);
  expect(bed.ent.graph.users.size).toBe(41);
  allowed.mockRestore();
  const begunAtMs = performance.now();
  await bed.untilQuiet();
  expect(bed.ent.graph.users.size).toBe(16);
  // Five at once, and five a second from then on.
  expect(performance.now() - begunAtMs).toBeGreaterThan(3_500);
});
