import { Module } from '@nestjs/common';
import { foreseenDays, MarkWhatFallsDue } from './mark-what-falls-due.pg.js';
import { MembershipsConsumer } from './memberships.consumer.js';
import { Memberships } from './memberships.pg.js';
import { PeopleConsumer } from './people.consumer.js';
import { People } from './people.pg.js';

export { completeImport } from './people.pg.js';
export { takeTurns, tryTurn } from './turns.js';
export { foreseenDays, MarkWhatFallsDue, Memberships, People };

/** What this service knows of the others, out of their events. */
@Module({
  controllers: [PeopleConsumer, MembershipsConsumer],
  providers: [People, Memberships, MarkWhatFallsDue],
  exports: [People, MarkWhatFallsDue],
})
export class CopiesModule {}
