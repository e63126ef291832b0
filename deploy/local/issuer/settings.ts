import { z } from 'zod';

const secrets = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected a JSON object' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.string().min(8)));

/** The settings of the local issuer. */
export const issuerSettings = z.object({
  HTTP_PORT: z.coerce.number().int().min(1).max(65_535),
  HOST: z.string().default('127.0.0.1'),
  /** As browsers and services reach it, without a trailing slash. */
  ISSUER_URL: z.url(),
  /** Addresses of the console, separated by commas: where a login may come back to. */
  CONSOLE_URL: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((url) => url.trim().replace(/\/$/, '')))
    .pipe(z.array(z.url())),
  /** Client id → secret. */
  CLIENT_SECRETS: secrets,
  /** The market of the story that is played, where its people hold their roles. */
  DEMO_MARKET: z.string().default('e-primo-2022'),
  /** Signing keys, cookie keys and logins in progress: kept over a restart. */
  DATA_DIR: z.string().default('.local/issuer'),
});
export type IssuerSettings = z.infer<typeof issuerSettings>;
