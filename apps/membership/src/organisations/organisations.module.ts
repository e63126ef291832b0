import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { ChangeBillingContacts } from './change-billing-contacts.js';
import { ChangeOrganisationFile } from './change-organisation-file.js';
import { Communes } from './communes.js';
import { EndSignatory } from './end-signatory.js';
import { OrganisationFiles } from './organisation-files.pg.js';
import { OrganisationFilesRpc } from './organisation-files.rpc.js';
import { Organisations } from './organisations.pg.js';
import { RecordChorusPro } from './record-chorus-pro.js';
import { RecordSignatory } from './record-signatory.js';
import { RegisterOrganisation } from './register-organisation.js';
import { ViewOrganisationFile } from './view-organisation-file.js';

export { Communes } from './communes.js';
export type { Organisation } from './domain/organisation.js';
export { fromOrganisationMessage } from './organisations.dto.js';
export { organisationJson, Organisations } from './organisations.pg.js';
export { RegisterOrganisation } from './register-organisation.js';

@Module({
  imports: [DocumentsModule],
  controllers: [OrganisationFilesRpc],
  providers: [
    Communes,
    OrganisationFiles,
    Organisations,
    ChangeBillingContacts,
    ChangeOrganisationFile,
    EndSignatory,
    RecordChorusPro,
    RecordSignatory,
    RegisterOrganisation,
    ViewOrganisationFile,
  ],
  exports: [Communes, OrganisationFiles, Organisations, RegisterOrganisation],
})
export class OrganisationsModule {}
