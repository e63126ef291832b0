import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);

/** `host:port` of another service's gRPC door. */
export const rpcAddress = z.string().regex(/^[^:\s]+:\d+$/, 'expected host:port');

/** The settings that every service has; a service extends them with its own. */
export const serviceSettings = z.object({
  DATABASE_URL: z.url(),
  /** Connections of this process to PostgreSQL, all uses together. */
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(50).default(10),
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim())),
  /** The file with this service's private key, which signs its facts, and the file with the public keys of all (FCT-1). */
  FACT_KEY_FILE: z.string().min(1),
  FACT_KEY_RING_FILE: z.string().min(1),
  KAFKA_REPLICATION: z.coerce.number().int().min(1).max(5).default(1),
  /** A partition that has something to read and stands still for so long turns readiness red. */
  CONSUMER_STALLED_AFTER_MINUTES: z.coerce.number().min(0.1).max(1_440).default(5),
  /**
   * `clock` (production): no day begins before its day in Paris, nor more than seven at once without a written order.
   * `player` (demo, tests): a player begins them. The database is migrated with the same mode (MKT-4).
   */
  CALENDAR: z.enum(['clock', 'player']).default('clock'),
  CALENDAR_PATIENCE_MINUTES: z.coerce.number().min(0.01).max(1_440).default(10),
  /** So many times the deadline of each call to another service: for a machine that is too slow for the contract's. */
  RPC_PATIENCE: z.coerce.number().min(1).max(20).default(1),
  /** How often what the journals hold is sealed. */
  SEAL_EVERY_SECONDS: z.coerce.number().min(1).max(3_600).default(60),
  /** Where the ends of its chains are anchored: on another mount than the database's, to which lines are only added. */
  ANCHOR_FOLDER: z.string().min(1),
  /**
   * Asked to stop, a process says so for so long before it takes no more: whoever sends requests here must hear of it.
   */
  DRAIN_SECONDS: z.coerce.number().min(0).max(60).default(5),
  GRPC_PORT: port,
  HTTP_PORT: port,
  HOST: z.string().default('127.0.0.1'),
  ISSUER_URL: z.url(),
  /** Secret of this service's client at the issuer, for calls to other services. */
  CLIENT_SECRET: z.string().min(8),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type ServiceSettings = z.infer<typeof serviceSettings>;
