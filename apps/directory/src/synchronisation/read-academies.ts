import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { DeclaredSources } from './declared-sources/declared-sources.pg.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.pg.js';

/** Each day every academy's LDAP is read whole: who was removed there shows nowhere else. A day that comes twice asks once. */
@Injectable()
export class ReadAcademies extends DayHandler {
  constructor(
    private readonly sources: DeclaredSources,
    private readonly imports: Imports,
    private readonly worker: ImportWorker,
  ) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const source of await this.sources.toAsk(tx))
      await this.imports.findOrAdd(tx, readingOf(source, day, day));
    this.worker.wake();
  }
}

/** An import that reads what it is about itself: nothing is laid down for it. */
export function readingOf(source: string, day: LocalDate, reading: string) {
  const folder = `ldap/${source}/${reading}`;
  return {
    ...{ folder, fingerprint: reading, source, datedOn: day, startedOn: day, uai: '' },
    extent: 'FULL' as const,
  };
}
