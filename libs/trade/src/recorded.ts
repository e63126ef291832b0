import type { LocalDate } from '#libs/time';

/** Who recorded something, and on which day. */
export type Recorded = { readonly by: string; readonly on: LocalDate };
