import { localDate } from '#libs/time';
import { waitUntilQuiet } from './quiet.js';
import { type Services, serviceNames } from './services.js';

type Look = {
  businessDate: string;
  outboxPending: bigint;
  consumerLag: bigint;
  workPending: bigint;
  topics: readonly object[];
};

const calm: Look = {
  businessDate: '2022-10-19',
  outboxPending: 0n,
  consumerLag: 0n,
  workPending: 0n,
  topics: [],
};

/** Each look at billing gives the next of these, the last one for ever; the others are calm. */
function servicesWith(...billing: Look[]) {
  let looks = 0;
  const operations = (name: string) => ({
    getStatus: () => {
      if (name !== 'billing') return Promise.resolve(calm);
      looks += 1;
      return Promise.resolve(billing[Math.min(looks, billing.length) - 1]);
    },
  });
  return { services: { operations } as unknown as Services, looks: () => looks };
}

const silent = { say: () => undefined, wait: () => undefined, done: () => undefined };
const day = localDate('2022-10-19');

describe('waiting for quiet', () => {
  test('MKT-4: is content with two looks in a row alike', async () => {
    const { services, looks } = servicesWith(calm);
    const statuses = await waitUntilQuiet(services, silent, day);
    expect(looks()).toBe(2);
    expect([...statuses.keys()]).toEqual(serviceNames);
  });

  test('MKT-4: waits while a service is behind, has events to publish, to read, or work', async () => {
    const told: string[] = [];
    const { services, looks } = servicesWith(
      { ...calm, businessDate: '2022-10-18' },
      { ...calm, outboxPending: 3n },
      { ...calm, consumerLag: 1n },
      { ...calm, workPending: 12n },
      calm,
    );
    await waitUntilQuiet(services, { ...silent, wait: (line) => told.push(line) }, day);
    expect(looks()).toBe(6);
    expect(told).toEqual([
      'attend billing (au 2022-10-18)',
      'attend billing (3 à publier)',
      'attend billing (1 à lire)',
      'attend billing (12 à faire)',
    ]);
  });

  test('MKT-4: two calm looks between which something happened are not quiet', async () => {
    const moved = { ...calm, topics: [{ handled: 1n }] };
    const { services, looks } = servicesWith(calm, moved, moved);
    await waitUntilQuiet(services, silent, day);
    expect(looks()).toBe(3);
  });
});
