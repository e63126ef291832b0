import { Injectable } from '@nestjs/common';
import type { CancelDraftRequest } from '#libs/contracts';
import { type Asked, NotVisible, requireMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Draft } from '../domain/draft.js';
import { Drafts } from './drafts.pg.js';
import { type MembershipLedger, OrderLedgers } from '../ledger/order-ledgers.pg.js';

export type DraftNamed = Asked<CancelDraftRequest>;

/** A draft of the caller's own organisation behind the membership's lock, as a change of it needs it. */
@Injectable()
export class LockDraft {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly drafts: Drafts,
  ) {}

  /** Throws NotVisible. */
  async execute(
    tx: Transaction,
    { membershipId, draftId, caller }: DraftNamed,
    today: LocalDate,
  ): Promise<{ draft: Draft; ledger: MembershipLedger }> {
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, today);
    if (!ledger || ledger.organisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, ledger.marketCode);
    const draft = await this.drafts.findForUpdate(tx, membershipId, draftId);
    if (!draft) throw new NotVisible();
    return { draft, ledger };
  }
}
