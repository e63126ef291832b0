import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';

export const membershipSettings = serviceSettings.extend({
  /** Asked how many would lose their seat before an order lowers anything (PRV-7). */
  PROVISIONING_RPC: rpcAddress,
  /** `on`: this process begins the days at 00:00 Europe/Paris (production). `off`: somebody else does. */
  SCHEDULER: z.enum(['on', 'off']).default('off'),
});
export type MembershipSettings = z.infer<typeof membershipSettings>;
