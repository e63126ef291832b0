import { defineProblem } from '#libs/problems';
import { MovingSeats, type SeatsHeld } from '../src/successions/moving-seats.gateway.js';

class ProvisioningSilent extends defineProblem('SERVICE_UNAVAILABLE', 'unavailable') {}

/** Provisioning as a test states it: seats per membership, or no answer at all. */
export class InMemoryMovingSeats extends MovingSeats {
  readonly held = new Map<string, readonly SeatsHeld[]>();
  isSilent = false;

  async heldBy(membershipId: string): Promise<readonly SeatsHeld[]> {
    if (this.isSilent) throw new ProvisioningSilent('Un service est momentanément indisponible.');
    return this.held.get(membershipId) ?? [];
  }
}
