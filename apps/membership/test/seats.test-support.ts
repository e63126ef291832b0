import { defineProblem } from '#libs/problems';
import type { SeatsHeld } from '#libs/trade';
import { Seats } from '../src/seats/seats.gateway.js';

export class ProvisioningSilent extends defineProblem('SERVICE_UNAVAILABLE', 'unavailable') {}

/** Provisioning as a test states it: seats held per membership, or no answer at all. */
export class InMemorySeats extends Seats {
  readonly held = new Map<string, readonly SeatsHeld[]>();
  isSilent = false;

  async heldBy(membershipId: string): Promise<readonly SeatsHeld[]> {
    if (this.isSilent) throw new ProvisioningSilent('Un service est momentanément indisponible.');
    return this.held.get(membershipId) ?? [];
  }

  async countLost(membershipId: string, lowered: Parameters<Seats['countLost']>[1]) {
    const seats = await this.heldBy(membershipId);
    return lowered
      .map(({ itemCode, bounds }) => {
        const held = seats.find((item) => item.itemCode === itemCode)?.held ?? 0;
        return {
          itemCode,
          held,
          lost: Math.max(0, ...bounds.map(({ quantity }) => held - quantity)),
        };
      })
      .filter(({ lost }) => lost > 0);
  }
}
