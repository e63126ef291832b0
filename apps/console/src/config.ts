import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';
import { lookingRoles, type LooksPerDay } from './looks/look.js';

/**
 * A busy day at a desk: 80 calls with 8 people on each list for level 1; for level 2 also the lists of a school for a
 * few cases. Level 3 looks for causes, the officer at single persons, a head beyond the own school hardly ever.
 */
const looksPerDayDefault: LooksPerDay = {
  ...{ 'support-1': 800, 'support-2': 1_200, 'support-3': 300 },
  ...{ school: 300, dpo: 300 },
};
/** `support-1=800,dpo=300`; a role that is not named keeps its default. */
const looksPerDay = z.preprocess(
  (text) =>
    String(text ?? '')
      .split(',')
      .filter((one) => one.trim() !== '')
      .map((one) => one.trim().split('=')),
  z
    .array(z.tuple([z.enum(lookingRoles), z.coerce.number().int().min(1)]))
    .transform((given): LooksPerDay => ({ ...looksPerDayDefault, ...Object.fromEntries(given) })),
);

/** The settings of the console. `HTTP_PORT` is private (health, metrics); people reach `PUBLIC_PORT`. */
export const consoleSettings = serviceSettings.extend({
  PUBLIC_PORT: z.coerce.number().int().min(1).max(65_535),
  /** As browsers reach the console, without a trailing slash. */
  CONSOLE_URL: z.url().transform((url) => url.replace(/\/$/, '')),
  MEMBERSHIP_RPC: rpcAddress,
  PROVISIONING_RPC: rpcAddress,
  METERING_RPC: rpcAddress,
  BILLING_RPC: rpcAddress,
  DIRECTORY_RPC: rpcAddress,
  /** Hours after which a person logs in again, whatever they did. */
  SESSION_HOURS: z.coerce.number().int().min(1).max(24).default(10),
  /** Requests a minute: from one address (a town's people may share one), of one person, and logins begun at one address. */
  REQUESTS_PER_MINUTE_AND_ADDRESS: z.coerce.number().int().min(1).default(3_000),
  REQUESTS_PER_MINUTE_AND_PERSON: z.coerce.number().int().min(1).default(600),
  LOGINS_PER_MINUTE_AND_ADDRESS: z.coerce.number().int().min(1).default(120),
  /** Addresses or networks of our own proxies, with commas: they alone are believed what X-Forwarded-For says. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
    ),
  /** People whom one agent may look at in an hour, and from how many on the data-protection officer is told (SUP-2). */
  LOOKS_MAX_PER_HOUR: z.coerce.number().int().min(1).default(300),
  LOOKS_ALARM_PER_HOUR: z.coerce.number().int().min(1).default(150),
  /** People whom one person may look at in a day of Paris, by role. */
  LOOKS_MAX_PER_DAY: looksPerDay,
  /** Who runs the service, at the top of every page. */
  BRAND: z.string().trim().min(1).max(100).default('Groupement de commandes ENT'),
  /** The built web application. */
  WEB_FOLDER: z.string().default('apps/console/web/dist'),
});
export type ConsoleSettings = z.infer<typeof consoleSettings>;
