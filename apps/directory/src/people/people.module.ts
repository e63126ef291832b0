import { Global, Module } from '@nestjs/common';
import { isToldSources, mask, type MaskedPerson, type Viewer } from './domain/mask.js';
import { People } from './people.pg.js';
import { PeopleRpc } from './people.rpc.js';
import {
  PersonFacts,
  type PersonIdentity,
  type PersonState,
  toClassLink,
  toEnrolment,
} from './person-facts.pg.js';

// The door: what siblings tell after they have changed people, and what a caller is shown of one.
export { isToldSources, mask, type MaskedPerson, People, type Viewer };
export { PersonFacts, type PersonIdentity, type PersonState, toClassLink, toEnrolment };

@Global()
@Module({
  controllers: [PeopleRpc],
  providers: [People, PersonFacts],
  exports: [People, PersonFacts],
})
export class PeopleModule {}
