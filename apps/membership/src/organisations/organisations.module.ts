import { Module } from '@nestjs/common';
import { PgOrganisations } from './organisations.pg-repository.js';
import { Organisations } from './organisations.repository.js';
import { RegisterOrganisation } from './register-organisation.js';

export { RegisterOrganisation } from './register-organisation.js';

@Module({
  providers: [{ provide: Organisations, useClass: PgOrganisations }, RegisterOrganisation],
  exports: [RegisterOrganisation],
})
export class OrganisationsModule {}
