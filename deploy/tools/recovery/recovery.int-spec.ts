import { jest } from '@jest/globals';
import { ent } from '../../../test/support/ent-command.js';
import * as recovery from '../recovery.js';
import { account, RecoveryBed } from '../../../test/support/recovery/recovery-bed.js';

/**
 * Goal: after a restore the plan says who must do what, and what is lost. Method: the real commands on six databases and
 * topics of their own on the real broker; provisioning is put back to a backup, metering had read on.
 */
let bed: RecoveryBed;
beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => void jest.restoreAllMocks());
beforeAll(async () => {
  bed = await RecoveryBed.start();
}, 120_000);
afterAll(() => bed.stop(), 60_000);

const plan = async () => {
  const [status, printed] = await ent(recovery, 'plan', '--json');
  return { status, ...(JSON.parse(printed) as Record<string, unknown>) };
};

test('a restored owner: who has applied more, who is to read over what, and what people must do again', async () => {
  await bed.tell(account('a', 1), account('b', 1));
  await bed.meter(2);
  const folder = await bed.backUp();
  expect(await plan()).toMatchObject({ status: 0, steps: [], forgetful: [], running: [] });
  await bed.tell(account('a', 2), account('c', 1), account('c', 2));
  await bed.meter(5);
  await bed.restore(folder, 'provisioning');

  const life = { topic: 'provisioning.account.v1', fromSeq: 3, untilEpoch: null };
  expect(await plan()).toMatchObject({
    ...{ status: 1, forgetful: ['provisioning'], absent: [] },
    steps: [
      { do: 'forgo', consumer: 'metering', life },
      { do: 'forgo', consumer: 'console', life },
      { do: 'read-again', consumer: 'metering', records: 5 },
    ],
    lost: [
      {
        ...{ owner: 'provisioning', topic: 'provisioning.account.v1' },
        ...{ type: 'AccountStateChanged', count: 3, memberships: ['m-1'] },
      },
    ],
  });
  const [, words] = await ent(recovery, 'plan');
  expect(words).toContain('AccountStateChanged : 3 (adhésions m-1)');
  expect(words).toMatch(/npm run ent -- recovery run [0-9a-f]{16} MOTIF/);
}, 120_000);
