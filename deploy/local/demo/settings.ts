import { z } from 'zod';
import { rpcAddress } from '#libs/config';

/** Where everything is: what the stack tells whoever operates it. */
export const demoSettings = z.object({
  ISSUER_URL: z.url(),
  CONSOLE_URL: z.url(),
  /** The simulated Open ENT-NG. */
  ENT_URL: z.url(),
  /** Who administers it, and prints the letters of the schools. */
  ENT_ADMIN_LOGIN: z.string().min(1),
  ENT_ADMIN_PASSWORD: z.string().min(8),
  /** Secret of the issuer's client `player`. */
  CLIENT_SECRET: z.string().min(8),
  MEMBERSHIP_RPC: rpcAddress,
  DIRECTORY_RPC: rpcAddress,
  PROVISIONING_RPC: rpcAddress,
  METERING_RPC: rpcAddress,
  BILLING_RPC: rpcAddress,
  CONSOLE_RPC: rpcAddress,
  /** The folder that directory reads exports from. */
  AAF_DROP_FOLDER: z.string().min(1),
  /** Of the academy's LDAP server, where the stack has one. */
  ACADEMY_LDAP_PORT: z.coerce.number().int().optional(),
});
export type DemoSettings = z.infer<typeof demoSettings>;
