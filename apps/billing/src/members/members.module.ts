import { Module } from '@nestjs/common';
import { MembersConsumer } from './members.consumer.js';
import { PgMembersReader } from './members.pg-reader.js';
import { PgMembers } from './members.pg-repository.js';
import { MembersReader } from './members.reader.js';
import { Members } from './members.repository.js';

@Module({
  controllers: [MembersConsumer],
  providers: [
    { provide: Members, useClass: PgMembers },
    { provide: MembersReader, useClass: PgMembersReader },
  ],
  exports: [MembersReader],
})
export class MembersModule {}
