import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { ProlongMemberships } from '../adhesion/memberships/memberships.module.js';
import { Markets, prolongs, PublishMarket } from '../contract/markets/markets.module.js';
import { Amendments, type RecordedAmendment } from './amendments.pg.js';

/**
 * Amendments take effect on their day (MKT-6). Runs once per day, in the transaction that begins it, before
 * memberships end on it; harmless when run twice, since an amendment makes one version.
 */
@Injectable()
export class ApplyAmendments extends DayHandler {
  constructor(
    private readonly amendments: Amendments,
    private readonly markets: Markets,
    private readonly publishMarket: PublishMarket,
    private readonly prolongMemberships: ProlongMemberships,
  ) {
    super();
  }

  onDay(tx: Transaction, day: LocalDate): Promise<void> {
    return this.execute(tx, day);
  }

  override nextDay(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return this.amendments.nextDue(tx, day);
  }

  /** What takes effect by `day`, of all markets or of one. */
  async execute(tx: Transaction, day: LocalDate, marketCode?: string): Promise<void> {
    for (const amendment of await this.amendments.due(tx, day, marketCode)) {
      await this.apply(tx, amendment, day);
    }
  }

  private async apply(
    tx: Transaction,
    { amendmentId, marketCode, terms, by, document }: RecordedAmendment,
    day: LocalDate,
  ): Promise<void> {
    const known = await this.markets.findForUpdate(tx, marketCode);
    const why = { cause: 'AMENDED', amendmentId, by, on: day } as const;
    const { version } = await this.publishMarket.execute(tx, terms, known, why);
    const { endsOn } = terms.calendar;
    const prolonged =
      known && prolongs(known.market, terms)
        ? await this.prolongMemberships.execute(tx, { code: marketCode, endsOn, amendmentId })
        : 0;
    await audit(tx, {
      action: 'market.amended',
      subject: `market:${marketCode}`,
      actor: by,
      restsOn: document.sha256,
      businessDate: day,
      details: { amendmentId, version, prolonged },
    });
  }
}
