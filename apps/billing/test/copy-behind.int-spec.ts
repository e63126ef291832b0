import { jest } from '@jest/globals';
import { partitionOf } from '#libs/messaging';
import { BillingBed } from './billing-bed.test-support.js';

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

test('BIL-5: waits for its copy, then parks who lags behind what membership states, and drafts the others', async () => {
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 100);
  await bed.day('2022-10-19');
  bed.state('m2', 'head-5', 1);
  bed.state('m3', 'head-5', 1);
  expect(await bed.run('2022-10-19')).toMatchObject({
    drafted: 1,
    failures: [
      { membershipId: 'm2', code: 'COPY_LAGGING' },
      { membershipId: 'm3', code: 'COPY_LAGGING' },
    ],
  });
  const waiting = bed.run('2022-10-19', undefined, bed.workOffRuns(undefined, { copy: 5_000 }));
  await bed.order('m2', '2022-10-01', 20);
  await bed.order('m3', '2022-10-01', 20);
  expect(await waiting).toMatchObject({ drafted: 2, failures: [] });
});

describe('a copy that no waiting mends', () => {
  beforeEach(async () => {
    await bed.member('m1', 100);
    await bed.member('m2', 100);
    await bed.day('2022-10-19');
    bed.state('m2', 'head-5', 1);
  });
  const setAside = (cause = 'UNDECODABLE') =>
    bed.fresh.database.query(
      `insert into platform.parked_event (topic, partition, "offset", key, type, membership_id, cause, awaits)
       values ($1, 0, 1, 'm2', 'ent.membership.v1.OrderSigned', null, $2, $3), ($1, 0, 2, 'm2', null, 'm2', 'BEHIND_A_PARKED_EVENT', null),
              ($1, 0, 4, 'm1', null, null, 'UNDECODABLE', null), ('elsewhere', 0, 5, 'm2', null, null, 'UNDECODABLE', null)`,
      ['membership.events.v1', cause, cause === 'AWAITS_CALENDAR' ? '2022-11-01' : null],
    );
  const factsSetAside = {
    ...{ code: 'FACTS_SET_ASIDE', kind: 'conflict' },
    details: {
      setAside: [
        {
          ...{ membershipId: 'm2', events: 2 },
          first: { id: '1', type: 'ent.membership.v1.OrderSigned', cause: 'UNDECODABLE' },
        },
      ],
    },
    message: expect.stringMatching(
      /2 événements de 1 adhésion, .*\(n° 1, OrderSigned, UNDECODABLE\).*ent parked show billing 1/,
    ) as unknown,
  };
  const stop = (partition: number) =>
    bed.fresh.database.query(
      `insert into platform.consumer_position (topic, partition, next_offset, stopped)
       values ('membership.events.v1', $1, 0, 'GAP') on conflict (topic, partition) do update set stopped = 'GAP'`,
      [partition],
    );

  test('BIL-5: names what was set aside, how many wait and who decides', async () => {
    await setAside();
    expect((await bed.run('2022-10-19')).failures).toMatchObject([
      { membershipId: 'm2', code: 'FACTS_SET_ASIDE', message: factsSetAside.message },
    ]);
  });

  test('MKT-4: what waits for its day alone comes by itself', async () => {
    await setAside('AWAITS_CALENDAR');
    expect((await bed.run('2022-10-19')).failures).toMatchObject([{ code: 'COPY_LAGGING' }]);
  });

  test('BIL-5: names the partition that was stopped, where one of those behind is read from it', async () => {
    const own = partitionOf('m2', 6);
    await stop((own + 1) % 6);
    expect((await bed.run('2022-10-19')).failures).toMatchObject([{ code: 'COPY_LAGGING' }]);
    await stop(own);
    expect((await bed.run('2022-10-19')).failures).toMatchObject([
      {
        ...{ membershipId: 'm2', code: 'READING_STOPPED' },
        message: expect.stringContaining('ent positions list billing') as unknown,
      },
    ]);
  });

  test('BIL-5: says the same of a copy that fell behind after the run had begun', async () => {
    const head = { membershipId: 'm2', membershipVersion: 99, ledgerHead: 'head-99' };
    const now = async () => {
      const { known, refused, left } = await bed.fresh.unitOfWork.run((tx) =>
        bed.reachedBasis.now(tx, [head]),
      );
      expect([known, left]).toEqual([[], []]);
      return refused.get('m2');
    };
    expect(await now()).toMatchObject({
      ...{ code: 'COPY_LAGGING', kind: 'unavailable', details: { membershipIds: ['m2'] } },
    });
    await setAside();
    expect(await now()).toMatchObject(factsSetAside);
  });
});
