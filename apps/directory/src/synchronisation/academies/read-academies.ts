import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { AcademyReadings } from './academy-readings.pg.js';
import { DeclaredSources } from '../declared-sources/declared-sources.pg.js';
import { nextExtent } from '../domain/academy-reading.js';
import { ImportWorker } from '../import-worker.js';
import { Imports } from '../imports.pg.js';

/**
 * Each day every academy's LDAP is read: whole, or where the source is declared so, what has changed since, with a full
 * reading every `fullEveryDays`: who was removed there shows nowhere else. A day that comes twice asks once, and a reading
 * that has yet to begin answers for the days that begin meanwhile: it will say what is so when it is done.
 */
@Injectable()
export class ReadAcademies extends DayHandler {
  private readonly readings = new AcademyReadings();

  constructor(
    private readonly sources: DeclaredSources,
    private readonly imports: Imports,
    private readonly worker: ImportWorker,
    private readonly fullEveryDays: number,
  ) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const { sourceCode, deliversDeltas } of await this.sources.toAsk(tx)) {
      const soFar = await this.readings.soFar(tx, sourceCode);
      const extent = deliversDeltas ? nextExtent(soFar, day, this.fullEveryDays) : 'FULL';
      if (await this.readings.isWaiting(tx, sourceCode, extent)) continue;
      await this.imports.findOrAdd(tx, readingOf(sourceCode, day, { reading: day, extent }));
    }
    this.worker.wake();
  }
}

/** An import that reads what it is about itself: nothing is laid down for it. */
export function readingOf(
  source: string,
  day: LocalDate,
  { reading, extent }: { reading: string; extent: 'FULL' | 'DELTA' },
) {
  const folder = `ldap/${source}/${reading}`;
  return {
    ...{ folder, fingerprint: reading, source, datedOn: day, startedOn: day, uai: '', extent },
  };
}
