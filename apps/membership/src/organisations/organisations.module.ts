import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { ChangeBillingContacts } from './change-billing-contacts.js';
import { ChangeOrganisationFile } from './change-organisation-file.js';
import { CsvCommunes } from './communes.csv-source.js';
import { Communes } from './communes.source.js';
import { EndSignatory } from './end-signatory.js';
import { PgOrganisationFileReader } from './organisation-files.pg-reader.js';
import { PgOrganisationFiles } from './organisation-files.pg-repository.js';
import { OrganisationFileReader } from './organisation-files.reader.js';
import { OrganisationFiles } from './organisation-files.repository.js';
import { OrganisationFilesRpc } from './organisation-files.rpc.js';
import { PgOrganisations } from './organisations.pg-repository.js';
import { Organisations } from './organisations.repository.js';
import { RecordChorusPro } from './record-chorus-pro.js';
import { RecordSignatory } from './record-signatory.js';
import { RegisterOrganisation } from './register-organisation.js';
import { ViewOrganisationFile } from './view-organisation-file.js';

export { Communes } from './communes.source.js';
export { RegisterOrganisation } from './register-organisation.js';

@Module({
  imports: [DocumentsModule],
  controllers: [OrganisationFilesRpc],
  providers: [
    { provide: Communes, useClass: CsvCommunes },
    { provide: OrganisationFileReader, useClass: PgOrganisationFileReader },
    { provide: OrganisationFiles, useClass: PgOrganisationFiles },
    { provide: Organisations, useClass: PgOrganisations },
    ChangeBillingContacts,
    ChangeOrganisationFile,
    EndSignatory,
    RecordChorusPro,
    RecordSignatory,
    RegisterOrganisation,
    ViewOrganisationFile,
  ],
  exports: [Communes, OrganisationFileReader, RegisterOrganisation],
})
export class OrganisationsModule {}
