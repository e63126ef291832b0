export { EraseLeavers } from './erase-leavers.js';
import { Module, type DynamicModule } from '@nestjs/common';
import { EraseLeavers, ErasureDelay } from './erase-leavers.js';
import { GetPerson } from './get-person.js';
import { PeopleFigures } from './people-figures.js';
import { PgPeople } from './people.pg-repository.js';
import { PgPersonFacts } from './people.pg-reader.js';
import { PersonFacts } from './people.reader.js';
import { People } from './people.repository.js';
import { PeopleRpc } from './people.rpc.js';

@Module({})
export class PeopleModule {
  static with(options: { erasureDays: number }): DynamicModule {
    return {
      module: PeopleModule,
      global: true,
      controllers: [PeopleRpc],
      providers: [
        GetPerson,
        PeopleFigures,
        EraseLeavers,
        { provide: People, useClass: PgPeople },
        { provide: PersonFacts, useClass: PgPersonFacts },
        { provide: ErasureDelay, useValue: new ErasureDelay(options.erasureDays) },
      ],
      exports: [PersonFacts, EraseLeavers],
    };
  }
}
