import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';

type Season = {
  readonly name: 'RENTREE' | 'FREEZE';
  readonly from: string;
  readonly to: string;
  readonly percent: number;
};

function seasonsOf(text: string): Season[] {
  return text
    .split(',')
    .filter((season) => season !== '')
    .map((season) => {
      const [name, from = '', to = '', percent] = season.split(':');
      return {
        name: name === 'RENTREE' ? 'RENTREE' : 'FREEZE',
        from,
        to,
        percent: Number(percent),
      };
    });
}

export const settingsSchema = serviceSettings.extend({
  /** Asked what they still hold of who was erased. */
  MEMBERSHIP_RPC: rpcAddress,
  PROVISIONING_RPC: rpcAddress,
  METERING_RPC: rpcAddress,
  BILLING_RPC: rpcAddress,
  CONSOLE_RPC: rpcAddress,
  /** The only place that exports are read from. */
  AAF_DROP_FOLDER: z.string().min(1),
  /** An export that nobody imports goes after so many hours without a change. */
  AAF_DROP_KEPT_HOURS: z.coerce.number().int().min(1).max(720).default(72),
  /** How often the folders of sources are looked into. */
  AAF_DROP_LOOK_SECONDS: z.coerce.number().int().min(1).max(3_600).default(10),
  /** A delivery there is whole once nobody has touched it for so long. */
  AAF_DROP_STABLE_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
  /** What support may send of one delivery, in megabytes; a head sends 33. */
  IMPORT_UPLOAD_MB: z.coerce.number().int().min(1).max(2_000).default(300),
  /** DIR-3: the share of a school's or of a source's people that one import may end, rename or add unasked. */
  IMPORT_BRAKE_PERCENT: z.coerce.number().int().min(0).max(100).default(10),
  /** DIR-3: fewer people than that never hold anything. */
  IMPORT_BRAKE_LEAST: z.coerce.number().int().min(1).max(1_000).default(10),
  /** DIR-3: seasons with a share of their own, `NAME:MM-DD:MM-DD:PERCENT` with both days in it, separated by commas. */
  IMPORT_SEASONS: z
    .string()
    .regex(/^((RENTREE|FREEZE):\d\d-\d\d:\d\d-\d\d:\d{1,3}(,(?!$)|$))*$/)
    .default('RENTREE:08-20:10-01:60,FREEZE:07-05:08-19:2')
    .transform(seasonsOf),
  /** DIR-3: what is held and nobody decides expires after so many days. */
  IMPORT_HELD_DAYS: z.coerce.number().int().min(1).max(60).default(14),
  /** People written per transaction. */
  IMPORT_BATCH_PEOPLE: z.coerce.number().int().min(1).max(10_000).default(2_000),
  /** Key of the HMAC that stands for an INE; changing it only loses the second key of matching. No default: a known key hides nothing. */
  INE_HASH_KEY: z.string().min(16),
  /** Where `CODE.json` says how the LDAP of each such source is reached; without it none is read. */
  LDAP_SETTINGS_FOLDER: z.string().min(1).optional(),
  /** Days from one full reading of an academy's LDAP to the next, where changes are asked for between them. */
  LDAP_FULL_EVERY_DAYS: z.coerce.number().int().min(1).max(31).default(7),
  /** Days between leaving and erasure; three calendar months at most in any case (SUP-4). */
  ERASURE_DAYS: z.coerce.number().int().min(30).max(85).default(80),
});
export type DirectorySettings = z.infer<typeof settingsSchema>;
