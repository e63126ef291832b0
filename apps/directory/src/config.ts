import { z } from 'zod';
import { serviceSettings } from '#libs/config';

export const settingsSchema = serviceSettings.extend({
  /** The only place that exports are read from. */
  AAF_DROP_FOLDER: z.string().min(1),
  /** An export that nobody imports goes after so many hours without a change. */
  AAF_DROP_KEPT_HOURS: z.coerce.number().int().min(1).max(720).default(72),
  /** DIR-3: the share of a school's or of the directory's people that one import may remove unasked. */
  IMPORT_BRAKE_PERCENT: z.coerce.number().int().min(0).max(100).default(10),
  /** People written per transaction. */
  IMPORT_BATCH_PEOPLE: z.coerce.number().int().min(1).max(10_000).default(2_000),
  /** Key of the HMAC that stands for an INE; changing it only loses the second key of matching. No default: a known key hides nothing. */
  INE_HASH_KEY: z.string().min(16),
  /** Days between leaving and erasure; three calendar months at most in any case (SUP-4). */
  ERASURE_DAYS: z.coerce.number().int().min(1).max(85).default(80),
});
export type DirectorySettings = z.infer<typeof settingsSchema>;
