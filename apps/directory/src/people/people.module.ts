import { Global, Module } from '@nestjs/common';
import { GetPerson } from './get-person.js';
import { People } from './people.pg.js';
import { PeopleRpc } from './people.rpc.js';
import { PersonFacts, type PersonIdentity, type PersonState } from './person-facts.pg.js';

// The door: what siblings tell after they have changed people.
export { PersonFacts, type PersonIdentity, type PersonState };

@Global()
@Module({
  controllers: [PeopleRpc],
  providers: [GetPerson, People, PersonFacts],
  exports: [PersonFacts],
})
export class PeopleModule {}
