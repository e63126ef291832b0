import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
} from '../../apps/provisioning/test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../apps/provisioning/test/people.test-support.js';
import { endedWithEachTest, locked, startProcess, waitsForALock } from './killed-process.js';

/**
 * Goal: a process that is killed anywhere while it sends a school's file to the ENT leaves nothing lost and nobody twice,
 * whether the ENT goes on with what it was sent or not (PRV-4). Method: a process of its own, ended by SIGKILL by its id at a
 * point that the ENT or the books tell of; then the service's own loop goes on. `npm run prove -- provisioning`: all points.
 */
jest.setTimeout(300_000);
bedForEachTest();
endedWithEachTest();

const uai = '0440001A';
const children = Array.from({ length: 30 }, (_, at) => aPupil(at + 1, { uai }));
/** Two children each. */
const guardians = Array.from({ length: 5 }, (_, at): APerson => ({
  ...aPupil(500 + at, { uai }),
  ...{ profile: 'RELATIVE', classLabel: '', birthDate: '' },
  childIds: children.slice(2 * at, 2 * at + 2).map(({ personId }) => personId),
}));
const called = (name: string) => bed.ent.calls.get(name) ?? 0;
const users = () => [...bed.ent.graph.users.values()];

/** Whether the process is where it is to be killed; what must be put back then. */
type Point = {
  readonly prepare?: () => Promise<() => Promise<void>>;
  readonly isThere: () => boolean | Promise<boolean>;
};

const points: Readonly<Record<string, Point>> = {
  'its import was sent, and is done when the ENT has ended another': {
    prepare: () => {
      bed.ent.importer.begin(600_000);
      return Promise.resolve(() => Promise.resolve());
    },
    isThere: () => called('wizard-import') > 0,
  },
  'its file is being checked': { isThere: () => called('wizard-validate') > 0 },
  'its import is being done': { isThere: () => called('wizard-import') > 0 },
  'it is reading what the import made': {
    isThere: () => users().length > 0 && called('admin-list-users') > 0,
  },
  'it is writing down what the ENT has': {
    prepare: () => locked('select from account for update'),
    isThere: waitsForALock,
  },
};
const chosen = Object.keys(points).slice(0, process.env['PROVE'] === '1' ? undefined : 1);

test.each(chosen)(
  'PRV-4: killed by its id while %s: everybody is made once, with its family',
  async (name) => {
    await bed.aMembership('m1', { ordered: 200, uais: [uai] });
    await bed.import([...children, ...guardians], { on: '2022-09-05' });
    await bed.settleAccounts();
    const { prepare, isThere } = points[name]!;
    await placesMade();
    const putBack = await prepare?.();
    // Long enough that the process is found where it is to be.
    bed.ent.throttle.set({ perSecond: 0, latencyMs: 400 });
    const kill = startProcess('files-worker');
    await bed.until('where it is killed', isThere);
    await kill();
    await putBack?.();
    bed.ent.throttle.set({ perSecond: 0, latencyMs: 0 });
    // As when its lease has run out; what it was sent may still be under way at the ENT.
    await bed.asOwner('update ent_task set not_before = now(), file_until = null');
    bed.run({ fileLeast: 20 });
    if (bed.ent.importer.isAtWork) {
      // The import of the killed process may end by itself: then no call is left to wait.
      const isOver = () => called('create-user') > 0 || !bed.ent.importer.isAtWork;
      await bed.until('a call waits behind it, or it ends', isOver);
      bed.ent.importer.end();
    }
    await bed.untilQuiet();
    const links = users().reduce((sum, { relativeIds }) => sum + relativeIds.length, 0);
    expect([await bed.states(), await countInBoth(), links]).toEqual([{ PROVISIONED: 35 }, 35, 10]);
    expect(await bed.rows('select from ent_task')).toEqual([]);
  },
);

/** School and classes, which are made by calls: an import at the ENT would hold these up too. */
async function placesMade(): Promise<void> {
  bed.ent.faults.set([{ mode: 'error-503', calls: 'wizard/validate', remaining: 1 }]);
  const files = bed.schoolFiles({ fileLeast: 20 });
  await files.reserve();
  await files.execute(new AbortController().signal);
  await bed.asOwner('update ent_task set not_before = now(), file_until = null');
  bed.ent.faults.set([]);
  bed.ent.calls.clear();
}
