import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { jest } from '@jest/globals';
import { ent } from '../../../test/support/ent-command.js';
import * as recovery from '../recovery.js';
import { carryOut } from './carry-out.js';
import { account, RecoveryBed } from '../../../test/support/recovery/recovery-bed.js';
import { testKeyRing } from '#libs/testing';

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
  return { status, ...(JSON.parse(printed) as { digest: string; steps: object[] }) };
};
const setAside = (service: 'billing' | 'metering', offset: number) =>
  bed.sql(
    service,
    `insert into platform.parked_event (topic, partition, "offset", cause)
     values ('calendar.v1', 0, ${offset}, 'UNDECODABLE')`,
  );
/** Whoever carries a plan out dies when he says that he begins with this database. */
const killedAt = (service: string | undefined) =>
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    if (String(text).trim() === service) throw new Error('killed');
    return true;
  });

test('a restored owner: who has applied more, who is to read over what, and what people must do again', async () => {
  await bed.tell(account('a', 1), account('b', 1));
  await bed.meter(2);
  await bed.tellOfSeats(1);
  const folder = await bed.backUp();
  expect(await plan()).toMatchObject({ status: 0, steps: [], forgetful: [], running: [] });
  await bed.tell(account('a', 2), account('c', 1), account('c', 2));
  await bed.meter(5);
  await bed.tellOfSeats(2);
  await bed.seatsRead(3, 1);
  await setAside('billing', 3);
  await setAside('metering', 3);
  await bed.restore(folder, 'provisioning');

  const seats = 'provisioning.seat.v1';
  const life = { topic: 'provisioning.account.v1', fromSeq: 4, untilEpoch: null };
  expect(await plan()).toMatchObject({
    ...{ status: 1, forgetful: ['provisioning'], absent: [] },
    steps: [
      { do: 'forgo', consumer: 'membership', life: { ...life, topic: seats } },
      { do: 'forgo', consumer: 'metering', life },
      { do: 'forgo', consumer: 'console', life },
      { do: 'forgo', consumer: 'console', life: { ...life, topic: seats } },
      { do: 'keep-lost-days', owner: 'provisioning', life },
      { do: 'read-again', consumer: 'metering', records: 5 },
      { do: 'follow', consumer: 'membership', topic: seats },
    ],
    lost: [
      {
        ...{ owner: 'provisioning', topic: 'provisioning.account.v1' },
        ...{ type: 'AccountStateChanged', count: 3, memberships: ['m-1'] },
      },
      { ...{ owner: 'provisioning', topic: seats, type: 'SeatsAllotted', count: 2 } },
    ],
  });
  const [, words] = await ent(recovery, 'plan', '--backup', basename(folder));
  expect(words).toContain(
    'AccountStateChanged : 3 : m-1, que la base de membership ne connaît plus\n',
  );
  await bed.nameMembership('m-1', 'Ancenis-Saint-Géréon');
  expect((await ent(recovery, 'plan'))[1]).toContain(
    'AccountStateChanged : 3 : Ancenis-Saint-Géréon (e-primo-2022)\n',
  );
  expect(words).toMatch(/npm run ent -- recovery run [0-9a-f]{16} MOTIF/);
}, 120_000);

test('MTR-2: the plan is carried out only as it was read, while nothing runs; then all read to the same end', async () => {
  const { digest } = await plan();
  const run = (...args: string[]) => ent(recovery, 'run', ...args, '--yes');
  expect(await run('0123456789abcdef', 'restauré')).toEqual([
    1,
    expect.stringContaining('PLAN_CHANGED'),
  ]);
  expect(await run(digest, ' ')).toEqual([2, expect.stringContaining('Donnez un motif')]);
  // Nobody is at the keyboard to say OUI.
  expect(await ent(recovery, 'run', digest, 'restauré')).toEqual([
    2,
    expect.stringContaining('--yes'),
  ]);
  const url = process.env['CONSOLE_DATABASE_URL']!;
  process.env['CONSOLE_DATABASE_URL'] = `${url}_gone`;
  expect(await run(digest, 'restauré')).toEqual([1, expect.stringContaining('RESTORE_FIRST')]);
  process.env['CONSOLE_DATABASE_URL'] = url;
  const open = await bed.connectAsService('metering');
  expect(await run(digest, 'restauré')).toEqual([1, expect.stringContaining('metering')]);
  await open.end();
  expect(await bed.metered()).toHaveLength(5);

  // Another recovery is under way, or a restore of one of them.
  const other = await bed.lockAgainstRestores('console');
  expect(await run(digest, 'restauré')).toEqual([1, expect.stringContaining('RESTORE_RUNS')]);
  await other.end();

  // Killed between two databases, twice: each new plan holds what is left.
  killedAt('provisioning');
  expect(await run(digest, 'restauré')).toEqual([2, expect.anything()]);
  const second = await plan();
  expect(second.steps).toHaveLength(5);
  killedAt('console');
  expect(await run(second.digest, 'restauré')).toEqual([2, expect.anything()]);
  const third = await plan();
  killedAt(undefined);
  expect(await run(third.digest, 'restauré')).toEqual([0, expect.stringContaining('2 étapes')]);
  expect(await plan()).toMatchObject({ status: 0, steps: [], afterwards: [{ do: 'compare-ent' }] });
  // What it had handled and set aside of the lost life counts as passed over, and can be released no more.
  expect(
    await bed.sql(
      'membership',
      `select handled::int, parked::int, forgone::int, (select count(*)::int from platform.parked_event) as aside
         from platform.consumer_position where topic = 'provisioning.seat.v1'`,
    ),
  ).toEqual([{ handled: 1, parked: 0, forgone: 2, aside: 0 }]);
  // FCT-1: its digest is of the owner's record, else the owner's next one would contradict it.
  expect(
    await bed.sql(
      'membership',
      `select last_digest as digest from platform.consumer_position where topic = 'provisioning.seat.v1'`,
    ),
  ).toEqual(
    await bed.sql(
      'provisioning',
      `select digest from platform.last_number where topic = 'provisioning.seat.v1' and digest is not null`,
    ),
  );
  // The opening alone: what did not change whether the account counts is of no day.
  expect(
    await bed.sql(
      'provisioning',
      `select account_id, person_id, profile, state, effective_on, uai, membership_id, item_code from lost_account_fact`,
    ),
  ).toEqual([
    {
      ...{ account_id: account('c', 2).id, person_id: account('c', 2).id, profile: 'STUDENT' },
      ...{ state: 'PROVISIONED', effective_on: '2022-01-03', uai: '0440001A' },
      ...{ membership_id: 'm-1', item_code: 'ELEVE' },
    },
  ]);
  expect(
    await bed.sql(
      'metering',
      `select details->>'reason' as reason from platform.audit_entry where action = 'recovery.carried-out'`,
    ),
  ).toEqual([{ reason: 'restauré' }]);

  await bed.sql('metering', `update platform.business_day set day = '2022-01-03'`);
  await bed.tell(account('a', 2), account('d', 1));
  await bed.meter(4);
  expect(await bed.metered()).toEqual(['a1', 'a2', 'b1', 'd1']);
  expect(await plan()).toMatchObject({ status: 0, steps: [], afterwards: [] });
  expect(
    await bed.sql('metering', 'select distinct stopped from platform.consumer_position'),
  ).toEqual([{ stopped: null }]);
  // One that the recovery read again and set aside again, and one that is new.
  await setAside('metering', 3);
  await setAside('metering', 4);
  await bed.sql(
    'provisioning',
    `insert into lost_day values ('${randomUUID()}', 'm-1', 'ELEVE', '0440001A', '2022-01-01', '2022-01-03', '2022-01-03')`,
  );
  // Nobody of the console has read, and provisioning, which does not run, has not stated again: all else is level.
  const [checked, faults] = await ent(recovery, 'check', '--json');
  expect([checked, JSON.parse(faults)]).toMatchObject([
    1,
    {
      remarks: [
        {
          service: 'provisioning',
          word: expect.stringMatching(/^1 compte ouvert depuis la sauvegarde ne revient pas : 2 j/),
        },
        { service: 'metering', word: expect.stringMatching(/^1 événement mis de côté avant la/) },
        { service: 'billing', word: expect.stringMatching(/^1 événement mis de côté avant la/) },
      ],
      faults: [
        { service: 'console', word: '10 enregistrements à lire' },
        { service: 'console' },
        { service: 'provisioning', word: '1 fait de la vie perdue à redire' },
        {
          service: 'metering',
          word: '1 événement mis de côté depuis la reprise (parked list)',
        },
      ],
    },
  ]);
}, 120_000);

test('a life is not forgone by a clock that is behind it: lives that begin later would be forgone too', async () => {
  const life = { topic: 'provisioning.account.v1', epoch: 1, fromSeq: 1, untilEpoch: null };
  const step = { do: 'forgo', consumer: 'console', life: { ...life, lastLost: 4e12 } } as const;
  const orders = {
    ...{ facts: { databases: [], logs: [] }, reason: 'restauré', say: () => undefined },
    plan: { standings: [], steps: [step], afterwards: [], forgetful: [] },
    address: {
      brokers: bed.messaging.brokers,
      namespace: bed.messaging.namespace,
      keyRing: testKeyRing,
    },
  };
  const before = await bed.sql('console', 'select * from platform.forgone_life');
  await expect(carryOut(orders)).rejects.toMatchObject({ code: 'CLOCK_BEHIND' });
  expect(await bed.sql('console', 'select * from platform.forgone_life')).toEqual(before);
});
