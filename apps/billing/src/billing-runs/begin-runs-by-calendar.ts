import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import { MarketUnknown } from '#libs/trade';
import type { LocalDate, Period } from '#libs/time';
import { billingPeriodsOf, Members } from '../members/members.module.js';
import { BillingRuns } from './billing-runs.pg.js';
import { RunMembers } from './run-members.pg.js';

/** Markets whose runs the calendar begins, each on the first day after its period. */
export class BilledByCalendar {
  constructor(readonly markets: readonly string[] = []) {}
}

const calendar = 'calendar';

/**
 * Begins the run of a period that is over as its day begins, in that transaction (BIL-5): the same run as anybody's who
 * asks. Whoever was set aside for what comes by itself is taken up again with each day, since nobody watches.
 */
@Injectable()
export class BeginRunsByCalendar extends DayHandler {
  constructor(
    private readonly billed: BilledByCalendar,
    private readonly members: Members,
    private readonly runs: BillingRuns,
    private readonly runMembers: RunMembers,
  ) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const marketCode of this.billed.markets) {
      await this.runMembers.takeUpWhatComesByItself(tx, marketCode);
      const period = (await this.periodsOf(tx, marketCode)).find(({ end }) => end === day);
      if (period !== undefined) await this.begin(tx, marketCode, period, day);
    }
  }

  override async nextDay(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    const due: LocalDate[] = [];
    for (const marketCode of this.billed.markets) {
      // The keeper knows no day before tomorrow.
      if (await this.runMembers.isAnyToComeByItself(tx, marketCode)) return day;
      const next = (await this.periodsOf(tx, marketCode)).find(({ end }) => end > day);
      if (next !== undefined) due.push(next.end);
    }
    return due.sort()[0];
  }

  private async begin(
    tx: Transaction,
    marketCode: string,
    period: Period,
    day: LocalDate,
  ): Promise<void> {
    const run = { marketCode, period, requestedOn: day, requestedBy: calendar };
    const runId = await this.runs.open(tx, run);
    await this.runMembers.takeUp(tx, runId, marketCode);
    await audit(tx, {
      actor: calendar,
      action: 'billing-run.requested',
      subject: `billing-run:${runId}`,
      businessDate: day,
    });
  }

  /** None of a market that is not known yet. */
  private async periodsOf(tx: Transaction, marketCode: string): Promise<Period[]> {
    try {
      const terms = await this.members.market(tx, marketCode);
      return billingPeriodsOf(terms);
    } catch (error) {
      if (error instanceof MarketUnknown) return [];
      throw error;
    }
  }
}
