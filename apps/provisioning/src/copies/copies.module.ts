import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CopyAnew } from './copy-anew.js';
import { academyPrefixes } from './way-in-names.js';
import { foreseenDays, MarkWhatFallsDue } from './mark-what-falls-due.pg.js';
import { MembershipsConsumer } from './memberships.consumer.js';
import { Memberships } from './memberships.pg.js';
import { PeopleConsumer } from './people.consumer.js';
import { People } from './people.pg.js';

export { recordImportFigures, recordSeatsConfirmed } from './approvals.pg.js';
export { areMarksDue } from './marks-due.js';
export { classLabelOf, staffLabel } from './person-classes.js';
export { completeImport } from './people.pg.js';
export { takeTurns, tryTurn } from './turns.js';
export { CopyAnew, foreseenDays, MarkWhatFallsDue, Memberships, People };

/** What this service knows of the others, out of their events. */
@Global()
@Module({})
export class CopiesModule {
  /** `academies`: `CODE=PREFIX` of each, by commas. */
  static with({ academies, feedsEndAt }: { academies: string; feedsEndAt: string }): DynamicModule {
    const people = { provide: People, useFactory: () => new People(academyPrefixes(academies)) };
    return {
      module: CopiesModule,
      controllers: [PeopleConsumer, MembershipsConsumer],
      providers: [
        ...[people, CopyAnew, Memberships],
        { provide: MarkWhatFallsDue, useFactory: () => new MarkWhatFallsDue(feedsEndAt) },
      ],
      exports: [People, CopyAnew, MarkWhatFallsDue],
    };
  }
}
