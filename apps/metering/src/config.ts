import type { z } from 'zod';
import { rpcAddress, serviceSettings } from '#libs/config';

export const meteringSettings = serviceSettings.extend({
  /** Asked whether facts may still come before a period is stated complete (BIL-5). */
  PROVISIONING_RPC: rpcAddress,
});
export type MeteringSettings = z.infer<typeof meteringSettings>;
