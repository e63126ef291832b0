import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { ChangeBillingContacts } from './change-billing-contacts.js';
import { ChangeOrganisationFile } from './change-organisation-file.js';
import { Communes } from './communes.js';
import { EndSignatory } from './end-signatory.js';
import { OrganisationFiles } from './organisation-files.pg.js';
import { OrganisationFilesRpc } from './organisation-files.rpc.js';
import { Organisations } from './organisations.pg.js';
import { RecordSignatory } from './record-signatory.js';
import { RegisterOrganisation } from './register-organisation.js';
import { ViewOrganisationFile } from './view-organisation-file.js';

export { Communes } from './communes.js';
export { ChangeOrganisationFile, type FileChange } from './change-organisation-file.js';
export { chosenFrom } from './domain/billing-rhythm.js';
export type { ChorusPro, Organisation } from './domain/organisation.js';
export { fromChorusPro, fromRhythm } from './organisation-files.dto.js';
export { chorusProJson, OrganisationFiles } from './organisation-files.pg.js';
export { fromOrganisationMessage } from './organisations.dto.js';
export { organisationJson, Organisations } from './organisations.pg.js';
export { RegisterOrganisation } from './register-organisation.js';
export { ViewOrganisationFile } from './view-organisation-file.js';

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
    RecordSignatory,
    RegisterOrganisation,
    ViewOrganisationFile,
  ],
  exports: [
    ChangeOrganisationFile,
    Communes,
    OrganisationFiles,
    Organisations,
    RegisterOrganisation,
    ViewOrganisationFile,
  ],
})
export class OrganisationsModule {}
