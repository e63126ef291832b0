import type { Draft } from '../domain/draft.js';

/** A draft and its place among those of its membership, rising with time. */
export type ListedDraft = { readonly draft: Draft; readonly position: number };

/** What can be read of drafts, as committed. */
export abstract class DraftReader {
  /** Undefined also where it is another membership's. */
  abstract find(membershipId: string, draftId: string): Promise<Draft | undefined>;
  /** Newest first, before the position given; every status where none is named. */
  abstract list(page: {
    readonly membershipId: string;
    readonly status?: Draft['status'];
    readonly before?: number;
    readonly limit: number;
  }): Promise<ListedDraft[]>;
}
