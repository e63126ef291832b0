import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import { reasonCode } from '#libs/trade';
import { ImportRuns, ImportTurn } from '../synchronisation/synchronisation.module.js';
import {
  type AnnouncedUpTo,
  type Announcement,
  nothingAnnounced,
  StatesToAnnounce,
} from './announcement.pg.js';

/** A list, because what is written here is never erased (SUP-4). */
export const announcementReasons = ['KAFKA_PERDU', 'COPIE_A_REFAIRE', 'AUTRE'] as const;

/** States in one transaction, and so in one step of a round. */
const statesMax = 1_000;

/**
 * Tells once more every school and person as they are, under the revision that they have, and who was erased, after the
 * topics that carry them were lost. Who has a state already sees no change by its revision; so a round that was broken off
 * is simply begun again. A step locks imports and the day out, which alone change people: a state that is told here is
 * never older than one that was told before it.
 */
@Injectable()
export class AnnounceAgain {
  constructor(
    private readonly commands: Commands,
    private readonly imports: ImportTurn,
    private readonly states: StatesToAnnounce,
    private readonly outbox: Outbox,
  ) {}

  /** One step; it is the last one if it announces fewer than it may. The journal holds its beginning and its end. */
  async execute(input: {
    /** Undefined: a round begins. */
    after: AnnouncedUpTo | undefined;
    /** Of this step; 0: as many as one transaction takes. */
    limit: number;
    reason: string;
    caller: Caller;
  }): Promise<Announcement & { isLast: boolean }> {
    const { after, caller } = input;
    const limit = input.limit > 0 ? Math.min(input.limit, statesMax) : statesMax;
    const reason = reasonCode(input.reason, announcementReasons, 'KAFKA_PERDU');
    const attempt = {
      ...{ operation: 'AnnounceAgain', action: 'states.announced' as const, caller },
      ...{ request: { reason }, refused: { subject: 'states' as const, details: { reason } } },
    };
    return this.commands.attempt(attempt, async (tx, _today, journal) => {
      if (!(await this.imports.take(tx))) throw new ImportRuns();
      const found = await this.states.next(tx, after ?? nothingAnnounced, limit);
      const { structures, people, erased } = found;
      const events = [...structures, ...people, ...erased];
      await this.outbox.add(tx, ...events);
      const isLast = events.length < limit;
      if (after === undefined) await journal({ details: { reason, step: 'begun' } });
      if (isLast) await journal({ details: { reason, step: 'ended' } });
      return { ...found, isLast };
    });
  }
}
