import { Module } from '@nestjs/common';
import { foreseenDays, MarkWhatFallsDue } from './mark-what-falls-due.pg-day-handler.js';
import { MembershipsConsumer } from './memberships.consumer.js';
import { PgMemberships } from './memberships.pg-repository.js';
import { PeopleConsumer } from './people.consumer.js';
import { PgPeople } from './people.pg-repository.js';

export { completeImport } from './people.pg-repository.js';
export { takeTurns, tryTurn } from './turns.js';
export { foreseenDays, MarkWhatFallsDue, PgMemberships, PgPeople };

/** What this service knows of the others, out of their events. */
@Module({
  controllers: [PeopleConsumer, MembershipsConsumer],
  providers: [PgPeople, PgMemberships, MarkWhatFallsDue],
  exports: [PgPeople, MarkWhatFallsDue],
})
export class CopiesModule {}
