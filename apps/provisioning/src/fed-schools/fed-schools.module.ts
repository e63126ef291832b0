import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Academies } from './academies.js';
import { DeclareFedSchool } from './declare-fed-school.js';
import { EndFedSchool } from './end-fed-school.js';
import { FedSchools } from './fed-schools.pg.js';
import { FedSchoolsRpc } from './fed-schools.rpc.js';
import { LinkExposures } from './link-exposures.pg.js';
import { ReadLinkExposures } from './read-link-exposures.js';

export { FedSchools, LinkExposures };

/** Schools that an academy's own feed fills (PRV-9). */
@Global()
@Module({})
export class FedSchoolsModule {
  static with({ academies }: { academies: string }): DynamicModule {
    return {
      module: FedSchoolsModule,
      controllers: [FedSchoolsRpc],
      providers: [
        { provide: Academies, useFactory: () => new Academies(academies) },
        FedSchools,
        LinkExposures,
        DeclareFedSchool,
        EndFedSchool,
        ReadLinkExposures,
      ],
      exports: [FedSchools, LinkExposures],
    };
  }
}
