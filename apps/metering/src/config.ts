import { type z } from 'zod';
import { serviceSettings } from '#libs/config';

/** Metering asks nobody: it has no settings of its own. */
export const meteringSettings = serviceSettings;
export type MeteringSettings = z.infer<typeof meteringSettings>;
