import { type APerson, aPupil } from './people.test-support.js';
import { ProvisioningBed } from './provisioning-bed.test-support.js';

/** The bed of the test that runs. */
export let bed: ProvisioningBed;

/** Each test of the file has its own bed, from that day on, and leaves no fault behind. */
export function bedForEachTest(from = '2022-09-05'): void {
  beforeEach(async () => {
    bed = await ProvisioningBed.start();
    await bed.begin(from);
  });
  afterEach(async () => {
    const faults = await bed.faults();
    await bed.stop();
    expect(faults).toEqual([]);
  });
}

export const pupils = (uai: string, count: number): APerson[] =>
  Array.from({ length: count }, (_, index) => aPupil(index + 1, { uai }));

/** One account in the ENT for each of ours, with our identifier: how many. */
export async function countInBoth(): Promise<number> {
  const ours = await bed.rows<{ account_id: string; ent_id: string }>(
    `select account_id, ent_id from account where ent_id is not null and not ent_removed order by account_id`,
  );
  const theirs = [...bed.ent.graph.users.values()]
    .filter(({ deleteDate }) => deleteDate === null)
    .map(({ externalId, id }) => ({ account_id: externalId, ent_id: id }))
    .sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
  expect(ours).toEqual(theirs);
  return ours.length;
}
