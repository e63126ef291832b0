import { Module, type DynamicModule } from '@nestjs/common';
import { EraseLeavers, ErasureDelay } from './erase-leavers.js';
import { GetPerson } from './get-person.js';
import { People } from './people.pg.js';
import { PeopleRpc } from './people.rpc.js';
import { PersonFacts } from './person-facts.pg.js';

// The door: what falls due on a day, and what siblings tell after they have changed people.
export { EraseLeavers, PersonFacts };

@Module({})
export class PeopleModule {
  static with(options: { erasureDays: number }): DynamicModule {
    return {
      module: PeopleModule,
      global: true,
      controllers: [PeopleRpc],
      providers: [
        GetPerson,
        EraseLeavers,
        People,
        PersonFacts,
        { provide: ErasureDelay, useValue: new ErasureDelay(options.erasureDays) },
      ],
      exports: [PersonFacts, EraseLeavers],
    };
  }
}
