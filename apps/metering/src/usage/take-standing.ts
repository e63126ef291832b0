import { Injectable } from '@nestjs/common';
import type { LocalDate } from '#libs/time';
import { AccountFactsSource, nothingIsHeldUp } from './account-facts-source.gateway.js';
import { nothingIsSetAside, type WaitingFacts } from './domain/waiting-facts.js';
import { MeterPositions, type UsageScope } from './meter-positions.js';

export type Standing = {
  /**
   * All days before the one asked are past, their source states that it has told every fact of them that it knew, and
   * all of these are counted (BIL-5). What is unread is of later days, or late (MTR-3).
   */
  readonly complete: boolean;
  readonly waiting: WaitingFacts;
  readonly cutOff: string;
};

/** How far the figures are to be believed. Read before the figures, which then hold at least what it says. */
@Injectable()
export class TakeStanding {
  constructor(
    private readonly positions: MeterPositions,
    private readonly factsSource: AccountFactsSource,
  ) {}

  async execute(before: LocalDate, scope: UsageScope): Promise<Standing> {
    const isTold = await this.isTold(before);
    // Only where it has not stated the days is there a reason to ask the source why.
    const atSource = isTold ? nothingIsHeldUp : await this.factsSource.heldUp();
    const { waiting: here, cutOff } = await this.positions.current(scope);
    const waiting = { ...here, ...atSource };
    return { complete: isTold && nothingIsSetAside(waiting), waiting, cutOff };
  }

  private async isTold(before: LocalDate): Promise<boolean> {
    const businessDate = await this.positions.businessDate();
    const toldBefore = await this.positions.toldBefore();
    const isPast = businessDate !== undefined && businessDate >= before;
    return isPast && toldBefore !== undefined && toldBefore >= before;
  }
}
