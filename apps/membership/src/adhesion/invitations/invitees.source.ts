import type { Invitee, InviteeFault } from './domain/invitee.js';

/** A list of organisations to invite, from whatever file. */
export abstract class Invitees {
  /** Throws SpreadsheetRefused for what is no list at all. */
  abstract read(
    content: Uint8Array,
    fileName: string,
  ): Promise<{
    readonly invitees: readonly { readonly line: number; readonly invitee: Invitee }[];
    readonly faults: readonly InviteeFault[];
  }>;
}
