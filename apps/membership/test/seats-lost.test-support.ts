import { defineProblem } from '#libs/problems';
import type { LoweredItem, SeatsLost } from '../src/orders/domain/seats-at-stake.js';
import { SeatsLostCounts } from '../src/orders/ledger/seats-lost.gateway.js';

export class ProvisioningSilent extends defineProblem('SERVICE_UNAVAILABLE', 'unavailable') {}

/** Provisioning as a test states it: seats held per membership, or no answer at all. */
export class InMemorySeatsLost extends SeatsLostCounts {
  readonly held = new Map<string, number>();
  isSilent = false;

  async countLost(membershipId: string, lowered: readonly LoweredItem[]): Promise<SeatsLost[]> {
    if (this.isSilent) throw new ProvisioningSilent('Un service est momentanément indisponible.');
    const held = this.held.get(membershipId) ?? 0;
    return lowered
      .map(({ itemCode, bounds }) => ({
        itemCode,
        held,
        lost: Math.max(0, ...bounds.map(({ quantity }) => held - quantity)),
      }))
      .filter(({ lost }) => lost > 0);
  }
}
