import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { DraftInvoice } from '../domain/invoice.js';
import type { Refusal } from '../domain/refusal.js';
import { refusalsOfDraft } from '../drafts/draft-standing.js';
import { PricingBasis } from '../drafts/pricing-basis.js';
import { Invoices } from '../invoices.pg.js';
import { NumberingFailures } from '../numbering/numbering-failures.pg.js';

export type DraftToSettle = { readonly draft: DraftInvoice; readonly refusals: readonly Refusal[] };

const pageSize = 200;

export type DraftsToSettle = {
  /** Without those that could not be numbered: they have a list of their own, with why. */
  readonly drafts: readonly DraftToSettle[];
  /** All of them, each once. */
  readonly total: number;
  readonly notNumbered: number;
};

/**
 * Drafts that somebody must act on before they get their number: contested ones, those that would be refused where they
 * are sent, and those that could not be numbered.
 */
@Injectable()
export class ViewDraftsToSettle {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invoices: Invoices,
    private readonly businessDate: BusinessDate,
    private readonly basis: PricingBasis,
    private readonly failures: NumberingFailures,
  ) {}

  /** The first of them by id, and how many they are. A page of drafts is held at a time. */
  async execute(marketCode: string, limit: number): Promise<DraftsToSettle> {
    const today = await this.businessDate.today();
    const drafts: DraftToSettle[] = [];
    let [listed, notNumbered] = [0, 0];
    for (let afterId: string | undefined = ''; afterId !== undefined;) {
      const after: string = afterId;
      const { page, known, failed } = await this.unitOfWork.run(async (tx) => {
        const some = await this.invoices.drafts(tx, marketCode, after, pageSize);
        const ids = [...new Set(some.map(({ membershipId }) => membershipId))];
        return {
          page: some,
          known: await this.basis.glanceAtSeveral(tx, ids),
          failed: await this.failures.among(
            tx,
            some.map(({ id }) => id),
          ),
        };
      });
      notNumbered += failed.size;
      for (const draft of page) {
        if (failed.has(draft.id)) continue;
        const refusals = refusalsOfDraft(draft, today, known.get(draft.membershipId));
        if (refusals.length === 0 && draft.answers.at(-1)?.answer !== 'CONTESTED') continue;
        listed += 1;
        if (drafts.length < limit) drafts.push({ draft, refusals });
      }
      afterId = page.length < pageSize ? undefined : page.at(-1)?.id;
    }
    return { drafts, total: listed + notNumbered, notNumbered };
  }
}
