import { Global, Module } from '@nestjs/common';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { CopiesConsumer } from './copies.consumer.js';
import { Copies } from './copies.pg.js';
import { MemberCopies } from './member-copies.pg.js';
import { Names } from './names.pg.js';
import { PeopleCopies } from './people-copies.pg.js';
import { People } from './people.pg.js';

export { consumption, states } from './consumption.js';
export { keepsIds } from './keeps-ids.js';
export { MemberCopies, type MemberFacts, type Usage } from './member-copies.pg.js';
export { Names } from './names.pg.js';
export { searchedWordsOf } from './normalise.js';
export { People } from './people.pg.js';
export type { PeopleQuery, PersonFile, SchoolFile, Scope } from './person-file.js';

@Global()
@Module({
  controllers: [CopiesConsumer],
  providers: [ConsoleTables, Copies, MemberCopies, Names, People, PeopleCopies],
  exports: [ConsoleTables, MemberCopies, Names, People],
})
export class ReadModelModule {}
