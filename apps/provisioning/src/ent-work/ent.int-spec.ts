import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/provisioning-bed.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

it('PRV-4: opens a school’s accounts, each once, with school and class made once and families linked', async () => {
  await bed.aMembership('m1', { ordered: 100, uais: [uai] });
  const children = pupils(uai, 40);
  const relatives: APerson[] = children.map((child, index) => ({
    ...aPupil(1000 + index, { uai }),
    profile: 'RELATIVE',
    classLabel: '',
    birthDate: '',
    childIds: [child.personId, children[(index + 1) % 40]!.personId],
  }));
  await bed.import([...children, ...relatives], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const links = [...bed.ent.graph.users.values()].reduce(
    (sum, { relativeIds }) => sum + relativeIds.length,
    0,
  );
  expect([
    await bed.states(),
    await countInBoth(),
    bed.ent.graph.structures.size,
    bed.ent.graph.classes.size,
    links,
  ]).toEqual([{ PROVISIONED: 80 }, 80, 1, 2, 80]);
});

it('PRV-4: recognises what was done though no answer came, and creates nobody twice', async () => {
  bed.ent.faults.set([
    {
      mode: 'timeout-after-success',
      calls: 'POST /directory/class/.*/user',
      share: 0.3,
      waitMs: 2_000,
    },
    { mode: 'error-503', calls: 'POST /directory/class/.*/user', share: 0.2, remaining: 60 },
    { mode: 'disconnect', calls: 'POST /directory/class/.*/user', share: 0.2, remaining: 60 },
  ]);
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  await bed.import(pupils(uai, 60), { on: '2022-09-05' });
  bed.run({ timeoutMs: 300 });
  await bed.untilQuiet(60_000);
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 60 }, 60]);
});

it('PRV-4: an importer that is busy answers 400 and creates later: still nobody twice', async () => {
  bed.ent.faults.set([
    { mode: 'importer-busy', calls: 'POST /directory/class/.*/user', remaining: 15, waitMs: 150 },
  ]);
  await bed.aMembership('m1', { ordered: 20, uais: [uai] });
  await bed.import(pupils(uai, 20), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 20 }, 20]);
});

it('PRV-4: logs in again when the session has ended', async () => {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.sessions.expireAll();
  await bed.import([aPupil(2, { uai })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 2 });
});
