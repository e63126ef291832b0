import { jest } from '@jest/globals';
import { bed, bedForEachTest, countInBoth } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

/** Goal: a fault costs the calls that it repeats, and few others. Method: one pupil, one fault, each call counted. */
jest.setTimeout(60_000);
bedForEachTest();

const [uai, on] = ['0440001A', '2022-09-05'];

/** Calls but for those that make the school and its class. */
async function callsFor(faults: Parameters<typeof bed.ent.faults.set>[0], timeoutMs?: number) {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  bed.ent.faults.set(faults);
  await bed.import([aPupil(1, { uai })], { on });
  bed.run(timeoutMs === undefined ? {} : { timeoutMs });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 1 }, 1]);
  const places = ['login', 'list-structures', 'create-school', 'list-classes', 'create-class'];
  return Object.fromEntries([...bed.ent.calls].filter(([name]) => !places.includes(name)));
}

const creation = 'POST /directory/class/.*/user';

test('PRV-4: a creation that was done without an answer is found by one list, and nothing is called that it has already', async () => {
  const fault = { mode: 'timeout-after-success', calls: creation, remaining: 1 } as const;
  expect(await callsFor([{ ...fault, waitMs: 10_000 }], 500)).toEqual({
    ...{ 'create-user': 1, 'admin-list-users': 1 },
  });
});

test('PRV-4: an error of the server is answered by the same call, without a reading', async () => {
  expect(await callsFor([{ mode: 'error-503', calls: creation, remaining: 1 }])).toEqual({
    'create-user': 2,
  });
});

test.each([
  [
    'whose transaction failed',
    { mode: 'odd-json', status: 400, answer: [{ code: 'Neo.TransientError.Transaction' }] },
    // Four times at once, then a second later.
    { calls: creation, remaining: 4, made: { 'create-user': 5 } },
  ],
  [
    'for which nobody could log in',
    { mode: 'error-503' },
    { calls: 'POST /auth/login', remaining: 3, made: { 'create-user': 1 } },
  ],
  [
    'whose class could not be made',
    { mode: 'error-503' },
    { calls: 'POST /directory/class/[^/]*$', remaining: 2, made: { 'create-user': 1 } },
  ],
] as const)(
  'PRV-4: a creation %s was not done: it is made without a reading',
  async (_what, fault, { calls, remaining, made }) => {
    expect(await callsFor([{ ...fault, calls, remaining }])).toEqual(made);
  },
);
