import { patiently } from './patience.js';
import { people } from './players.js';
import { type Services } from './services.js';
import { type Teller } from './teller.js';

/**
 * A whole member leaves, or a year's end: the ENT is told once somebody has read how many (PRV-8). The coordinator accepts
 * what waits; may be done again. Returns whether anything did.
 */
export async function approvePlans(services: Services, teller: Teller): Promise<boolean> {
  return patiently('plans vers l’ENT', teller, async () => {
    const coordinator = services.provisioning(people.coordinator);
    const { plans } = await coordinator.listEntPlans({ limit: 100 });
    const waiting = plans.filter(({ held }) => held > 0);
    for (const { planId } of waiting) {
      const reason = 'DEPART_CONFIRME';
      await coordinator.approveEntPlanPart({ planId, reason, idempotencyKey: `demo-${planId}` });
    }
    return waiting.length > 0;
  });
}
