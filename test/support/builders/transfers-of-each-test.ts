import type { Uai } from '#libs/identifiers';
import type { MembershipWorld } from './membership-world.js';
import { TransfersOfTwo } from './transfers-of-two.js';

export let world: MembershipWorld;
export let schools: TransfersOfTwo;
export let giver: string;
export let receiver: string;
/** Two schools that the giver finances, anew for each test. */
export let uai: Uai;
export let second: Uai;

/** One world for the tests of a file; after each, both members' versions equal their events (BIL-5). */
export function transfersForEachTest(): void {
  beforeAll(async () => {
    schools = await TransfersOfTwo.begin();
    ({ world, giver, receiver } = schools);
  });
  afterAll(() => world.fresh.drop());
  beforeEach(async () => {
    ({ uai, second } = await schools.financeTwo());
  });
  afterEach(async () => {
    for (const membershipId of [giver, receiver]) {
      const [version, events] = await world.versions(membershipId);
      expect(version).toBe(events);
    }
  });
}
