import { join } from 'node:path';
import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';
import type { DocumentQuota, DocumentStoreSettings } from './documents/documents.module.js';

const s3 = {
  S3_ENDPOINT: z.url().optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_BUCKET: z.string().min(1).optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

export const membershipSettings = serviceSettings
  .extend({
    /** Where documents lie: files below DATA_DIR, or an S3-compatible store (the S3_ settings). */
    DOCUMENT_STORE: z.enum(['fs', 's3']).default('fs'),
    DATA_DIR: z.string().min(1).default('.local/membership'),
    ...s3,
    /** What a member may deposit into its own file in a market. */
    DOCUMENTS_MAX_PER_MEMBER: z.coerce.number().int().min(1).default(500),
    DOCUMENT_MB_MAX_PER_MEMBER: z.coerce.number().int().min(1).default(1_000),
    /** Asked how many would lose their seat before an order lowers anything (PRV-7). */
    PROVISIONING_RPC: rpcAddress,
    /** Asked up to which day a market is invoiced before an amendment is recorded (MKT-6). */
    BILLING_RPC: rpcAddress,
    /** Where members' LDAP clients reach the directory: told with their access. */
    LDAP_URL: z.string().regex(/^ldaps:\/\/\S+$/, 'expected ldaps://host:port'),
    /** `on`: this process begins the days at 00:00 Europe/Paris. `off`: another process or, with CALENDAR=player, a player does. */
    SCHEDULER: z.enum(['on', 'off']).default('off'),
  })
  .refine(({ SCHEDULER, CALENDAR }) => SCHEDULER === 'off' || CALENDAR === 'clock', {
    path: ['SCHEDULER'],
    // Beside the other mistakes, so that an operator reads them all at once.
    when: () => true,
    message:
      'on needs CALENDAR=clock: with CALENDAR=player a player begins the days (change one of the two)',
  });
export type MembershipSettings = z.infer<typeof membershipSettings>;

export const documentQuotaOf = (settings: MembershipSettings): DocumentQuota => ({
  documents: settings.DOCUMENTS_MAX_PER_MEMBER,
  bytes: settings.DOCUMENT_MB_MAX_PER_MEMBER * 1_000_000,
});

/** Files, or a store of which every setting is given. Throws RangeError. */
export function documentStoreOf(settings: MembershipSettings): DocumentStoreSettings {
  if (settings.DOCUMENT_STORE === 'fs') return { folder: join(settings.DATA_DIR, 'documents') };
  const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = settings;
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) {
    throw new RangeError(
      'DOCUMENT_STORE=s3 needs S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY',
    );
  }
  return {
    endpoint: S3_ENDPOINT.replace(/\/$/, ''),
    region: settings.S3_REGION,
    bucket: S3_BUCKET,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
  };
}
