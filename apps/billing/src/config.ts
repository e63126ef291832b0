import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';

export const billingSettings = serviceSettings.extend({
  MEMBERSHIP_RPC: rpcAddress,
  METERING_RPC: rpcAddress,
  /** How long a billing run waits for the copy of memberships to catch up before it answers 503 (BIL-5). */
  COPY_WAIT_MS: z.coerce.number().int().min(0).max(120_000).default(10_000),
  /** How long one METERED invoice waits for metering to state its period complete. */
  METERING_WAIT_MS: z.coerce.number().int().min(0).max(120_000).default(10_000),
});
export type BillingSettings = z.infer<typeof billingSettings>;
