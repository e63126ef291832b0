import { Global, Module } from '@nestjs/common';
import { CopiesConsumer } from './copies.consumer.js';
import { PgCopies } from './copies.pg-repository.js';
import { Copies } from './copies.repository.js';
import { PgMemberCopies } from './members.pg-reader.js';
import { MemberCopies } from './members.reader.js';
import { PgPeople } from './people.pg-reader.js';
import { People } from './people.reader.js';

export { consumption } from './consumption.js';

@Global()
@Module({
  controllers: [CopiesConsumer],
  providers: [
    { provide: Copies, useClass: PgCopies },
    { provide: People, useClass: PgPeople },
    { provide: MemberCopies, useClass: PgMemberCopies },
  ],
  exports: [People, MemberCopies],
})
export class ReadModelModule {}
