import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { DraftInvoice } from '../domain/invoice.js';
import type { Refusal } from '../domain/refusal.js';
import { refusalsOfDraft } from '../drafts/draft-standing.js';
import { PricingBasis } from '../drafts/pricing-basis.js';
import { Invoices } from '../invoices.pg.js';

export type DraftToSettle = { readonly draft: DraftInvoice; readonly refusals: readonly Refusal[] };

const pageSize = 200;

/** Drafts that somebody must act on before they get their number: contested ones, and those that would be refused where they are sent. */
@Injectable()
export class ViewDraftsToSettle {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invoices: Invoices,
    private readonly businessDate: BusinessDate,
    private readonly basis: PricingBasis,
  ) {}

  /** The first of them by id, and how many they are. A page of drafts is held at a time. */
  async execute(
    marketCode: string,
    limit: number,
  ): Promise<{ drafts: DraftToSettle[]; total: number }> {
    const today = await this.businessDate.today();
    const drafts: DraftToSettle[] = [];
    let total = 0;
    for (let afterId: string | undefined = ''; afterId !== undefined;) {
      const after: string = afterId;
      const { page, known } = await this.unitOfWork.run(async (tx) => {
        const some = await this.invoices.drafts(tx, marketCode, after, pageSize);
        const ids = [...new Set(some.map(({ membershipId }) => membershipId))];
        return { page: some, known: await this.basis.glanceAtSeveral(tx, ids) };
      });
      for (const draft of page) {
        const refusals = refusalsOfDraft(draft, today, known.get(draft.membershipId));
        if (refusals.length === 0 && draft.answers.at(-1)?.answer !== 'CONTESTED') continue;
        total += 1;
        if (drafts.length < limit) drafts.push({ draft, refusals });
      }
      afterId = page.length < pageSize ? undefined : page.at(-1)?.id;
    }
    return { drafts, total };
  }
}
