import { Module } from '@nestjs/common';
import { CsvCommunes } from './communes.csv-source.js';
import { Communes } from './communes.source.js';
import { PgOrganisations } from './organisations.pg-repository.js';
import { Organisations } from './organisations.repository.js';
import { RegisterOrganisation } from './register-organisation.js';

export { RegisterOrganisation } from './register-organisation.js';

@Module({
  providers: [
    { provide: Communes, useClass: CsvCommunes },
    { provide: Organisations, useClass: PgOrganisations },
    RegisterOrganisation,
  ],
  exports: [RegisterOrganisation],
})
export class OrganisationsModule {}
