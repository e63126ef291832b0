import { Injectable } from '@nestjs/common';
import { type Caller, mayIn, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LocalDate } from '#libs/time';
import type { Draft } from '../domain/draft.js';
import { type DraftPage, Drafts, type ListedDraft } from './drafts.pg.js';
import { OrderLedgers } from '../ledger/order-ledgers.pg.js';

/** Drafts as the member and the coordinator look at them, with the day that their lines move with. */
@Injectable()
export class ViewDrafts {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly drafts: Drafts,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Newest first; gives one more than `limit` where there is one. Throws NotVisible. */
  async list(
    page: DraftPage & { readonly caller: Caller },
  ): Promise<{ on: LocalDate; drafts: ListedDraft[] }> {
    const { caller, ...asked } = page;
    await this.check(asked.membershipId, caller);
    const drafts = await this.drafts.list({ ...asked, limit: asked.limit + 1 });
    return { on: await this.businessDate.today(), drafts };
  }

  /** Throws NotVisible. */
  async find(
    membershipId: string,
    draftId: string,
    caller: Caller,
  ): Promise<{ on: LocalDate; draft: Draft }> {
    await this.check(membershipId, caller);
    const draft = await this.drafts.find(membershipId, draftId);
    if (!draft) throw new NotVisible();
    return { on: await this.businessDate.today(), draft };
  }

  private async check(membershipId: string, caller: Caller): Promise<void> {
    const ledger = await this.ledgers.find(membershipId);
    if (!ledger) throw new NotVisible();
    // Narrower than for orders: supplier and support have no business with what a member only thinks of.
    requireMarket(caller, ledger.marketCode);
    const seesAll = mayIn(caller, ledger.marketCode, 'coordinator', 'service', 'player');
    if (!seesAll && caller.organisationId !== ledger.organisationId) throw new NotVisible();
  }
}
