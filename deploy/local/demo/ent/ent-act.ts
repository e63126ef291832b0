import type { LocalDate } from '#libs/time';

/** What somebody does about the ENT on a day of the demo, our services' doors and the ENT's own alike. */
export type EntAct =
  /** The head prints the letters of each class; whoever is on them comes in with the code on the paper (AUT-1). */
  | { readonly kind: 'use-letters'; readonly uai: string }
  /** Its teachers come in by the academy's single sign-on for the first time (AUT-1). */
  | { readonly kind: 'log-in-by-academy'; readonly uai: string }
  /** The guardians of its pupils come in by ÉduConnect for the first time (AUT-1). */
  | { readonly kind: 'log-in-by-educonnect'; readonly uai: string }
  /** The ENT's operator keeps it as it is. */
  | { readonly kind: 'back-up-ent' }
  /** And puts it back to that; how many accounts it lacks then is counted in the ENT itself. */
  | { readonly kind: 'put-ent-back' }
  /** Somebody changes pupils' accounts in the ENT: a name, a class, a block, a family link, and one deleted. */
  | { readonly kind: 'change-ent-by-hand'; readonly uai: string }
  /** Of the night that this day began with: what it found and repaired, and that no account is missing (PRV-5). */
  | { readonly kind: 'read-night'; readonly found: 'MISSING' | 'BY_HAND' }
  /** The data-protection officer has the erasure of a pupil who left proven, account by account (SUP-4). */
  | { readonly kind: 'prove-erasure' };

export type EntDay = {
  readonly on: LocalDate;
  /** French, for the terminal. */
  readonly title: string;
  readonly acts: readonly EntAct[];
};
