import { Global, Module } from '@nestjs/common';
import { ConsoleTables } from '../console.prisma-client.js';
import { Names } from './names.pg.js';
import { CopiesConsumer } from './copies.consumer.js';
import { PgCopies } from './copies.pg-repository.js';
import { Copies } from './copies.repository.js';
import { PrismaMemberCopies } from './members.prisma-reader.js';
import { MemberCopies } from './members.reader.js';
import { PgPeople } from './people.pg-reader.js';
import { People } from './people.reader.js';

export { Names } from './names.pg.js';
export { consumption } from './consumption.js';

@Global()
@Module({
  controllers: [CopiesConsumer],
  providers: [
    ConsoleTables,
    Names,
    { provide: Copies, useClass: PgCopies },
    { provide: People, useClass: PgPeople },
    { provide: MemberCopies, useClass: PrismaMemberCopies },
  ],
  exports: [Names, People, MemberCopies],
})
export class ReadModelModule {}
