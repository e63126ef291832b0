import { Injectable } from '@nestjs/common';
import { type LocalDate } from '#libs/time';
import { AccountFactsSource, type SourceStanding } from './account-facts-source.gateway.js';
import { nothingWaits, type WaitingFacts } from './domain/waiting-facts.js';
import { MeterPositions, type ToldOf } from './meter-positions.js';

export type Standing = {
  /** All days before the one asked are past, and all facts that their source knows of them are counted (BIL-5). */
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

  async execute(before: LocalDate, told: ToldOf): Promise<Standing> {
    // The source first: what it has written is then in our lag.
    const source = await this.sourceBefore(before);
    const { waiting: here, cutOff } = await this.positions.current(told);
    const waiting = { ...here, setAsideAtSource: source.setAside };
    return { complete: source.hasStatedAll && nothingWaits(waiting), waiting, cutOff };
  }

  /** It is asked only about days that are past: of others the own date knows enough. */
  private async sourceBefore(day: LocalDate): Promise<SourceStanding> {
    const businessDate = await this.positions.businessDate();
    if (businessDate === undefined || businessDate < day) {
      return { hasStatedAll: false, setAside: 0 };
    }
    return this.factsSource.standingBefore(day);
  }
}
