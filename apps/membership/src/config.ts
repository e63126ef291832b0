import { z } from 'zod';
import { serviceSettings } from '#libs/config';

export const membershipSettings = serviceSettings.extend({
  /** `on`: this process begins the days at 00:00 Europe/Paris (production). `off`: somebody else does. */
  SCHEDULER: z.enum(['on', 'off']).default('off'),
});
export type MembershipSettings = z.infer<typeof membershipSettings>;
