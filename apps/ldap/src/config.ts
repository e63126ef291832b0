import { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';

/** It keeps nothing, so it has neither a database nor a topic. `HTTP_PORT` is private (health, metrics). */
export const ldapSettings = serviceSettings
  .pick({
    HTTP_PORT: true,
    HOST: true,
    ISSUER_URL: true,
    CLIENT_SECRET: true,
    LOG_LEVEL: true,
    DRAIN_SECONDS: true,
  })
  .extend({
    /** Where members' clients come in, by LDAPS alone. */
    PUBLIC_PORT: z.coerce.number().int().min(1).max(65_535),
    PUBLIC_HOST: z.string().default('0.0.0.0'),
    /** PEM: the certificate with its chain, and its key. Read again once a day. */
    LDAP_CERTIFICATE_FILE: z.string().min(1),
    LDAP_KEY_FILE: z.string().min(1),
    MEMBERSHIP_RPC: rpcAddress,
    DIRECTORY_RPC: rpcAddress,
    CONSOLE_RPC: rpcAddress,
    /** Connections at once: in all, from one address, and of one service account, from wherever it comes. */
    LDAP_CONNECTIONS_MAX: z.coerce.number().int().min(1).max(10_000).default(200),
    LDAP_CONNECTIONS_MAX_PER_ADDRESS: z.coerce.number().int().min(1).max(10_000).default(20),
    LDAP_CONNECTIONS_MAX_PER_ACCOUNT: z.coerce.number().int().min(1).max(10_000).default(20),
    /** Searches, or pages, of one account in a minute. */
    LDAP_SEARCHES_PER_MINUTE: z.coerce.number().int().min(1).max(10_000).default(240),
  });
export type LdapSettings = z.infer<typeof ldapSettings>;
