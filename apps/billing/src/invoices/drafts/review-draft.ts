import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, type Transaction, UnitOfWork } from '#libs/persistence';
import { type CollectedUsage, CollectUsage, type UsageOf } from './collect-usage.js';
import type { DraftInvoice } from '../domain/invoice.js';
import { DraftReviews } from './draft-reviews.pg.js';
import { isReaddressed, restsOnUsage, stillStands } from './draft-standing.js';
import { Invoices } from '../invoices.pg.js';
import { type Basis, PricingBasis } from './pricing-basis.js';
import { ReplaceDraft } from './replace-draft.js';

export type ReviewOutcome = 'STANDS' | 'REDRAFTED' | 'WITHDRAWN';

const replaced =
  'Les commandes, l’engagement ou les dates de l’adhésion ont changé depuis : un projet à jour remplace celui-ci.';
const usedOtherwise =
  'Des faits arrivés depuis changent l’usage compté : un projet à jour remplace celui-ci.';
const readdressed =
  'Les données de facturation ont été complétées depuis : un projet à jour remplace celui-ci.';
const otherDifference =
  'Les commandes, l’engagement ou les dates de l’adhésion ont changé depuis : l’écart à facturer n’est plus celui-ci.';
const nothingLeft =
  'Les commandes, l’engagement ou les dates de l’adhésion ont changé depuis : il ne reste rien à facturer pour cette période.';

/** What was said of the old draft holds for no other: whoever said it is told. */
const fallen = ({ answers }: DraftInvoice): string => {
  const answer = answers.at(-1)?.answer;
  if (answer === 'ACCEPTED') return ' Votre certification du service fait ne vaut plus.';
  return answer === undefined ? '' : ' Votre contestation portait sur l’ancien projet.';
};

/** With ORDERED usage decides nothing. */
const usageBy = ({ basis, evidence }: DraftInvoice, metered: CollectedUsage | undefined) =>
  basis === 'METERED' && metered ? metered.usage : evidence.usage;

type Outdated = {
  readonly draft: DraftInvoice;
  readonly known: Basis;
  /** As the member reads it. */
  readonly reason: string;
};

/**
 * A fact that changes a draft has it made anew, with days of its own to be contested; nothing is issued as it was
 * drafted before a correction (BIL-9). So has one that would be refused where it is sent, once the parties' data allow it (BIL-6).
 */
@Injectable()
export class ReviewDraft {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly basis: PricingBasis,
    private readonly usage: CollectUsage,
    private readonly invoices: Invoices,
    private readonly reviews: DraftReviews,
    private readonly replaceDraft: ReplaceDraft,
  ) {}

  /**
   * `usageOfPeriod`: asked for its whole market, where several are looked at together. `asksMetering`: also where no late fact
   * was told. Throws what a new draft is refused for (PriceMissing, MeteringNotComplete…): the old one stays, outdated.
   */
  async execute(
    invoiceId: string,
    usageOfPeriod?: () => Promise<UsageOf>,
    { asksMetering = false } = {},
  ): Promise<ReviewOutcome> {
    const first = asksMetering ? 'ask-metering' : undefined;
    const outdated = await this.unitOfWork.run((tx) => this.outdated(tx, invoiceId, first));
    if (outdated === undefined) return 'STANDS';
    const { draft, known } = outdated;
    const { membershipId, period } = draft;
    const { basis, code: marketCode } = known.terms;
    // Asked outside any transaction: nobody waits for metering behind a lock.
    const usageOf = usageOfPeriod
      ? await usageOfPeriod()
      : await this.usage.execute({ basis, marketCode, period }, membershipId);
    const metered = usageOf(membershipId);
    return this.unitOfWork.run((tx) => this.replace(tx, invoiceId, metered));
  }

  /** Withdrawn and drafted anew in one transaction: killed anywhere, it is one or the other. */
  private async replace(
    tx: Transaction,
    invoiceId: string,
    metered: CollectedUsage,
  ): Promise<ReviewOutcome> {
    // The day first, then the membership: a day start locks in this order too.
    const today = await this.businessDate.today(tx);
    const outdated = await this.outdated(tx, invoiceId, metered);
    // Another process was faster, or the late facts change none of its lines.
    if (outdated === undefined) return 'STANDS';
    const { draft, known, reason } = outdated;
    const anew =
      draft.kind !== 'INVOICE' && reason === readdressed
        ? this.replaceDraft.readdressed(draft, known, metered, today)
        : this.replaceDraft.composed(draft, known, metered, today);
    // A difference is agreed on by two persons: another one is listed, and proposed.
    const left = draft.kind === 'INVOICE' ? nothingLeft : otherDifference;
    const why = anew === undefined ? left : reason;
    await this.replaceDraft.execute(tx, draft, anew, { reason: `${why}${fallen(draft)}`, today });
    await audit(tx, {
      ...{ actor: 'billing', action: 'invoice.withdrawn', subject: `invoice:${draft.id}` },
      ...{ businessDate: today, details: { reason: why, replacedBy: anew?.id ?? '' } },
    });
    return anew === undefined ? 'WITHDRAWN' : 'REDRAFTED';
  }

  /** Membership, then draft, both locked; undefined where it stands, which is kept, or is no draft any more. */
  private async outdated(
    tx: Transaction,
    invoiceId: string,
    metered?: CollectedUsage | 'ask-metering',
  ): Promise<Outdated | undefined> {
    const today = await this.businessDate.today(tx);
    const membershipId = await this.invoices.membershipOf(tx, invoiceId);
    const known = await this.basis.now(tx, membershipId);
    const draft = await this.invoices.findForFinalising(tx, invoiceId);
    if (known === undefined || draft.status !== 'DRAFT') return undefined;
    // Told since: judged by what metering says now, which is asked first.
    const isTold = (await this.reviews.looks(tx, [invoiceId])).get(invoiceId)?.usageIsOutdated;
    const isAsked = metered === 'ask-metering' && restsOnUsage(draft);
    if (isAsked || (metered === undefined && isTold))
      return { draft, known, reason: usedOtherwise };
    const read = metered === 'ask-metering' ? undefined : metered;
    const ofPeriod = await this.invoices.besides(tx, draft);
    if (!stillStands(draft, known, ofPeriod)) return { draft, known, reason: replaced };
    if (!stillStands(draft, known, ofPeriod, usageBy(draft, read)))
      return { draft, known, reason: usedOtherwise };
    if (isReaddressed(draft, known, today)) return { draft, known, reason: readdressed };
    const version = known.member.membershipVersion;
    await this.reviews.keep(tx, invoiceId, version, read?.lateFacts);
    return undefined;
  }
}
