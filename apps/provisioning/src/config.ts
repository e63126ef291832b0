import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';
import { isLocalDate } from '#libs/time';
import { limitsFrom, seasonsFrom, type Thresholds } from './ent-plans/ent-plans.module.js';

const limits = (unlessTold: string) =>
  z
    .string()
    .default(unlessTold)
    .transform((text, context) => {
      const read = limitsFrom(text);
      if (read) return read;
      const message = `expected SCHOOL:PERCENT:MOST,MEMBER:PERCENT:MOST,WHOLE:PERCENT:MOST, percent from 0 to 100`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });

/** A day of each leap year. */
const isDay = (monthAndDay: string) => isLocalDate(`2024-${monthAndDay}`);

/** What a day may tell the ENT without a person's word, season by season (PRV-8). */
export const planSettings = {
  /** PRV-8: so few calls of a day that close, block, delete, move or rename never wait. */
  ENT_PLAN_LEAST: z.coerce.number().int().min(0).max(1_000).default(10),
  /** PRV-8: what a day may tell of each level without a person's word: `LEVEL:PERCENT:MOST` of those whom the ENT has. */
  ENT_PLAN_NORMAL: limits('SCHOOL:5:20,MEMBER:3:60,WHOLE:1:500'),
  ENT_PLAN_RENTREE: limits('SCHOOL:15:60,MEMBER:10:200,WHOLE:3:2000'),
  ENT_PLAN_SUMMER: limits('SCHOOL:10:40,MEMBER:5:100,WHOLE:2:1000'),
  /** First and last day of the seasons, `MM-DD`; outside both it is NORMAL. */
  ENT_PLAN_SEASONS: z
    .string()
    .regex(/^((RENTREE|SUMMER):\d\d-\d\d:\d\d-\d\d(,(?!$)|$))*$/)
    .default('RENTREE:08-15:10-15,SUMMER:07-05:08-14')
    .transform(seasonsFrom)
    .refine((seasons) => seasons.every(({ from, to }) => isDay(from) && isDay(to) && from <= to), {
      message: 'expected NAME:MM-DD:MM-DD, days of one year, the first not after the last',
    }),
  /** PRV-8: what is held and nobody decides is planned anew after so many days. */
  ENT_PLAN_HELD_DAYS: z.coerce.number().int().min(1).max(60).default(14),
};

export const provisioningSettings = serviceSettings.extend({
  REDIS_URL: z.url(),
  /** What seats cost is asked of billing where somebody reads of them (PRV-8). */
  BILLING_RPC: rpcAddress,
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
  /** Local time (HH:MM) at which the academies' feeds are done: schools that they fill are compared with the ENT then (PRV-9). */
  ENT_FEEDS_END_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('06:00'),
  /** For so many days the ENT keeps a used account that was deleted: its `delete-user-delay`, 90 unless its operator shortens it. */
  ENT_PURGE_DAYS: z.coerce.number().int().min(0).max(3_650).default(90),
  /** Calls per second at most, of all processes together; what the ENT bears is learnt below it. */
  ENT_RATE_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(800),
  /** Calls per second below which the rate learnt from the ENT's answers never falls. */
  ENT_RATE_LEAST: z.coerce.number().int().min(1).max(10_000).default(10),
  /** Deletions per second at most, of all processes together: one day's many can be stopped, and hold up nobody else. */
  ENT_DELETIONS_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(20),
  /** New accounts of a school from which they go by one file instead of a call each; 0: never. */
  ENT_FILE_LEAST: z.coerce.number().int().min(0).max(10_000).default(0),
  /** Calls under way at most, of each process. */
  ENT_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(50),
  ...planSettings,
  /** `held`: nothing is told to the ENT, until what it has was compared with a database that was put back (PRV-5). */
  ENT_WORK: z.enum(['on', 'held']).default('on'),
});
export type ProvisioningSettings = z.infer<typeof provisioningSettings>;

export const thresholdsOf = (
  settings: Pick<ProvisioningSettings, keyof typeof planSettings>,
): Thresholds => ({
  least: settings.ENT_PLAN_LEAST,
  seasons: settings.ENT_PLAN_SEASONS,
  limits: {
    NORMAL: settings.ENT_PLAN_NORMAL,
    RENTREE: settings.ENT_PLAN_RENTREE,
    SUMMER: settings.ENT_PLAN_SUMMER,
  },
});
