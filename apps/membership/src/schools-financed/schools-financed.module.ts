import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { MembershipTables } from '../membership.prisma-client.js';
import { EndSchoolFinancing } from './end-school-financing.js';
import { FinanceSchool } from './finance-school.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';
import { PgSchoolLinkEnds } from './school-link-ends.pg-repository.js';
import { SchoolLinkEnds } from './school-link-ends.repository.js';
import { PgSchoolLinks } from './schools-financed.pg-repository.js';
import { PrismaSchoolLinkReader } from './schools-financed.prisma-reader.js';
import { SchoolLinkReader } from './schools-financed.reader.js';
import { SchoolLinks } from './schools-financed.repository.js';
import { SchoolLinksRpc } from './school-links.rpc.js';
import { SchoolsFinancedRpc } from './schools-financed.rpc.js';
import { SchoolsConsumer } from './schools.consumer.js';
import { PgSchools } from './schools.pg-repository.js';
import { Schools } from './schools.repository.js';

export { finance, type SchoolLink } from './domain/financing.js';
export { schoolFrom } from './domain/school.js';
export { referenceOfAny } from './reference-of-any.js';
export { SchoolLinkEnds } from './school-link-ends.repository.js';
export { type FinancerFound, SchoolLinks } from './schools-financed.repository.js';
export { Schools } from './schools.repository.js';

@Module({
  imports: [DocumentsModule],
  controllers: [SchoolsFinancedRpc, SchoolLinksRpc, SchoolsConsumer],
  providers: [
    MembershipTables,
    { provide: SchoolLinks, useClass: PgSchoolLinks },
    { provide: SchoolLinkReader, useClass: PrismaSchoolLinkReader },
    { provide: Schools, useClass: PgSchools },
    { provide: SchoolLinkEnds, useClass: PgSchoolLinkEnds },
    EndSchoolFinancing,
    FinanceSchool,
    ListSchoolsFinanced,
  ],
  exports: [SchoolLinkEnds, SchoolLinks, Schools],
})
export class SchoolsFinancedModule {}
