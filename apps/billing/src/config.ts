import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';
import { isSiren } from '#libs/identifiers';
import { isLocalDate, type LocalDate } from '#libs/time';

/** '900000001=2027-09-01, …': SIREN of a supplier and the first day through its plateforme agréée. */
const platformFrom = z
  .string()
  .default('')
  .transform((text, context) => {
    const pairs = text
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('='));
    if (pairs.every(([siren = '', day = '', more]) => isSiren(siren) && isLocalDate(day) && !more))
      return new Map(pairs.map(([siren, day]) => [siren!, day as LocalDate]));
    context.addIssue('expected SIREN=YYYY-MM-DD, separated by commas');
    return z.NEVER;
  });

export const billingSettings = serviceSettings.extend({
  MEMBERSHIP_RPC: rpcAddress,
  METERING_RPC: rpcAddress,
  /** How long a billing run waits for the copy of memberships to catch up before it answers 503 (BIL-5). */
  COPY_WAIT_MS: z.coerce.number().int().min(0).max(120_000).default(10_000),
  /** How long one METERED invoice waits for metering to state its period complete. */
  METERING_WAIT_MS: z.coerce.number().int().min(0).max(120_000).default(10_000),
  /** Memberships that a billing run drafts in one transaction. */
  DRAFTED_TOGETHER: z.coerce.number().int().min(1).max(500).default(100),
  /** Markets, separated by commas, whose runs begin by themselves on the first day after each period; none: a person's. */
  BILLED_BY_CALENDAR: z
    .string()
    .default('')
    .transform((text) => [...new Set(text.split(',').map((code) => code.trim()))].filter(Boolean)),
  /** Threads that draw papers where many are numbered at once, beside the one that numbers them; 0: none. */
  PRINTING_THREADS: z.coerce.number().int().min(0).max(16).default(1),
  /** Suppliers that issue through a plateforme agréée, each from a day on; the others deposit on Chorus Pro (BIL-6). */
  PLATFORM_FROM: platformFrom,
});
export type BillingSettings = z.infer<typeof billingSettings>;
