import { jest } from '@jest/globals';
import { createLogger } from '#libs/observability';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import type { Fault } from '../../../../test/simulators/open-ent-ng/faults.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { block } from '../../../../test/simulators/open-ent-ng/graph/users.js';

/**
 * Goal: no line of a technical log names anybody, whatever goes wrong: what the proof of an erasure says of logs without
 * reading them (SUP-4). Method: a process that says all it can, about people whose names and days are nobody else's, with
 * every fault that the ENT has; its lines are read.
 */
jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const on = '2022-09-05';
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const person = (number: number, more: Partial<APerson> = {}): APerson =>
  aPupil(number, {
    ...{ uai, lastName: `Kerzhadur${number}`, firstName: `Wolfram${number}` },
    ...{ birthDate: `2014-11-${10 + number}`, sourceKey: `zz-${number}-zz`, ...more },
  });
const guardian: APerson = {
  ...person(51),
  ...{ profile: 'RELATIVE', birthDate: '', classLabel: '', childIds: [person(1).personId] },
};
/** Met one after the other, each twice. */
const faults: readonly (readonly Fault['mode'][])[] = [
  ['error-503', 'disconnect', 'page-200', 'error-200', 'error-400', 'redirect-302'],
  ['xsrf-403', 'throttled-429', 'cut-json', 'empty-201', 'timeout-after-success'],
];

test('SUP-4: whatever goes wrong, no line of the log has a name, a birth date, a login, a code or a key', async () => {
  const lines: string[] = [];
  const logger = createLogger('provisioning', 'trace', { write: (line) => lines.push(line) });
  await bed.aMembership('m1', { ordered: 20, uais: [uai] });
  bed.thresholds = { ...bed.thresholds, least: 1_000 };
  bed.run({ logger, timeoutMs: 300 });
  const said = new Set<string>();
  for (const [at, modes] of faults.entries()) {
    // A refused login would be waited out.
    const calls = '^(?!POST /auth/login)';
    const more = { calls, remaining: 2, waitMs: 400, retryAfter: '1' };
    bed.ent.faults.set(modes.map((mode) => ({ mode, ...more })));
    const people = numbers.map((number) =>
      person(number, { lastName: `Kerzhadur${number}-${at}`, revision: at + 1 }),
    );
    const refused = person(9, { birthDate: '', revision: at + 1 });
    await bed.import([...people, refused, { ...guardian, revision: at + 1 }], { on });
    await bed.until('all met', () => bed.ent.faults.list().every(({ remaining }) => remaining < 2));
    await bed.rows('update ent_task set not_before = now()');
    bed.ent.faults.set([]);
    await bed.untilQuiet();
    for (const { login, activationCode } of bed.ent.graph.users.values()) {
      said.add(login);
      if (activationCode !== null) said.add(activationCode);
    }
  }
  // Changed by hand, and a list that cannot be believed; then somebody leaves.
  const [first, second] = [...bed.ent.graph.users.values()];
  remove(bed.ent.graph, [first!.id]);
  block(bed.ent.graph, second!.id, true);
  bed.ent.faults.set([
    { mode: 'half-list', calls: 'GET /directory/user/admin/list', remaining: 2 },
  ]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  await bed.import([person(8, { endsOn: '2022-09-06', revision: 99 })], { on: '2022-09-06' });
  await bed.untilQuiet();

  expect(lines.length).toBeGreaterThan(50);
  expect(lines.some((line) => line.includes('the ENT refuses'))).toBe(true);
  const told = lines.join('\n');
  expect(told).not.toMatch(/kerzhadur|wolfram|2014-11-|zz-\d-zz/i);
  expect(said.size).toBeGreaterThan(16);
  expect([...said].filter((text) => told.includes(text))).toEqual([]);
});
