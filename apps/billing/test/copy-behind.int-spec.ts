import { jest } from '@jest/globals';
import { partitionOf } from '#libs/messaging';
import { localDate } from '#libs/time';
import { BillingBed, supplier } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

test('BIL-5: waits for its copy, then answers 503 naming who lags', async () => {
  await bed.member('m1', 100);
  await bed.member('m2', 100);
  await bed.day('2022-10-19');
  bed.state('m2', 'head-5', 1);
  const refused = { code: 'COPY_LAGGING', kind: 'unavailable', details: { membershipIds: ['m2'] } };
  await expect(bed.run('2022-10-19')).rejects.toMatchObject(refused);
  expect(await bed.rows('select from invoice')).toEqual([]);
  const waiting = bed
    .runBilling(undefined, 5_000)
    .execute({ marketCode, periodEndsOn: localDate('2022-10-19'), caller: supplier });
  await bed.order('m2', '2022-10-01', 20);
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

  it('BIL-5: names what was set aside, how many wait and who decides', async () => {
    await setAside();
    await expect(bed.run('2022-10-19')).rejects.toMatchObject(factsSetAside);
  });

  it('MKT-4: what waits for its day alone comes by itself', async () => {
    await setAside('AWAITS_CALENDAR');
    await expect(bed.run('2022-10-19')).rejects.toMatchObject({ code: 'COPY_LAGGING' });
  });

  it('BIL-5: names the partition that was stopped, where one of those behind is read from it', async () => {
    const own = partitionOf('m2', 6);
    await stop((own + 1) % 6);
    await expect(bed.run('2022-10-19')).rejects.toMatchObject({ code: 'COPY_LAGGING' });
    await stop(own);
    await expect(bed.run('2022-10-19')).rejects.toMatchObject({
      ...{ code: 'READING_STOPPED', kind: 'conflict' },
      details: { stops: [{ partition: own, why: 'GAP', membershipIds: ['m2'] }] },
      message: expect.stringContaining('ent positions list billing') as unknown,
    });
  });

  it('BIL-5: says the same of a copy that fell behind after the run had begun', async () => {
    const head = { membershipId: 'm2', membershipVersion: 99, ledgerHead: 'head-99' };
    const now = () => bed.fresh.unitOfWork.run((tx) => bed.reachedBasis.now(tx, head));
    await expect(now()).rejects.toMatchObject({
      ...{ code: 'COPY_LAGGING', kind: 'unavailable', details: { membershipIds: ['m2'] } },
    });
    await setAside();
    await expect(now()).rejects.toMatchObject(factsSetAside);
  });
});
