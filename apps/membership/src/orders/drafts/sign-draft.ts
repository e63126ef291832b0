import { Injectable } from '@nestjs/common';
import { NotVisible } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { checkChangeable, type Draft, linesOn } from '../domain/draft.js';
import { type DraftNamed, Drafts } from './drafts.pg.js';
import type { RecordedInLedger } from '../ledger/record-order.js';
import { SignOrder } from '../ledger/sign-order.js';

export type SignDraftInput = DraftNamed & {
  readonly idempotencyKey: string;
  /** How many holders may lose their seat: what the preview said (PRV-7). */
  readonly confirmedSeatsLost: number;
};

/** Signs what a draft says, as SignOrder judges any order: draft and order change in one transaction, or neither. */
@Injectable()
export class SignDraft {
  constructor(
    private readonly signOrder: SignOrder,
    private readonly drafts: Drafts,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too. Throws NotVisible, DraftStale, DraftClosed
   * and what signing an order throws.
   */
  async execute(input: SignDraftInput): Promise<RecordedInLedger> {
    const { idempotencyKey, membershipId, draftId, expectedVersion, caller } = input;
    const seen = await this.drafts.find(membershipId, draftId);
    if (!seen) throw new NotVisible();
    const lines = linesOn(seen, await this.businessDate.today());
    return this.signOrder.execute({
      idempotencyKey,
      membershipId,
      lines,
      confirmedSeatsLost: input.confirmedSeatsLost,
      caller,
      draft: {
        request: { draftId, expectedVersion },
        check: async (tx) => {
          // The lines were read before the lock: both must be the version that the person has seen.
          checkChangeable(seen, expectedVersion);
          checkChangeable(await this.lock(tx, seen), expectedVersion);
        },
        close: async (tx, orderId) => {
          const draft = await this.lock(tx, seen);
          const version = draft.version + 1;
          const changedBy = caller.userId;
          await this.drafts.save(tx, {
            ...draft,
            lines,
            status: 'SIGNED',
            orderId,
            changedBy,
            version,
          });
        },
      },
    });
  }

  private async lock(tx: Transaction, { membershipId, draftId }: Draft): Promise<Draft> {
    const draft = await this.drafts.findForUpdate(tx, membershipId, draftId);
    if (!draft) throw new RangeError(`draft ${draftId} is gone`);
    return draft;
  }
}
