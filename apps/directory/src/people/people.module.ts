import { Global, Module } from '@nestjs/common';
import { GetPerson } from './get-person.js';
import { People } from './people.pg.js';
import { PeopleRpc } from './people.rpc.js';
import { PersonFacts } from './person-facts.pg.js';

// The door: what siblings tell after they have changed people.
export { PersonFacts };

@Global()
@Module({
  controllers: [PeopleRpc],
  providers: [GetPerson, People, PersonFacts],
  exports: [PersonFacts],
})
export class PeopleModule {}
