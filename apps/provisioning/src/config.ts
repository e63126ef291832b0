import { z } from 'zod';
import { serviceSettings } from '#libs/config';

export const provisioningSettings = serviceSettings.extend({
  REDIS_URL: z.url(),
  /** Before every key in Redis, so that environments can share one. */
  REDIS_PREFIX: z.string().min(1).default('ent-provisioning'),
  ENT_URL: z.url(),
  /** Where people enter, as a letter prints it; unless told, the address that is called. */
  ENT_PUBLIC_URL: z.url().optional(),
  ENT_LOGIN: z.string().min(1).default('connecteur'),
  ENT_PASSWORD: z.string().min(8),
  /** A call without an answer is given up after this long, and asked about (PRV-4). */
  ENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(10_000),
  /**
   * Prefix of the ENT's identifiers for each academy, by the code that AAF exports state: `17=NANTES,14=RENNES`, as its
   * `importDirectories.json` and its federated ways in have it. Of an academy that is not here no key is used.
   */
  ENT_ACADEMIES: z
    .string()
    .regex(/^([0-9A-Za-z]+=[A-Za-z0-9-]+(,(?!$)|$))*$/)
    .default('17=NANTES'),
  /** For so many days the ENT keeps a used account that was deleted: its `delete-user-delay`, 90 unless its operator shortens it. */
  ENT_PURGE_DAYS: z.coerce.number().int().min(0).max(3_650).default(90),
  /** Accounts served per second at most; a busy machine reaches about 0.7 of it. */
  ENT_RATE_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(800),
  ENT_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(50),
  /** `held`: nothing is told to the ENT, until what it has was compared with a database that was put back (PRV-5). */
  ENT_WORK: z.enum(['on', 'held']).default('on'),
});
export type ProvisioningSettings = z.infer<typeof provisioningSettings>;
