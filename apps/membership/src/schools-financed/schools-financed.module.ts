import { Module } from '@nestjs/common';
import { MembershipTables } from '../membership.prisma-client.js';
import { FinanceSchool } from './finance-school.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';
import { PgSchoolLinkEnds } from './school-link-ends.pg-repository.js';
import { SchoolLinkEnds } from './school-link-ends.repository.js';
import { PgSchoolLinks } from './schools-financed.pg-repository.js';
import { PrismaSchoolLinkReader } from './schools-financed.prisma-reader.js';
import { SchoolLinkReader } from './schools-financed.reader.js';
import { SchoolLinks } from './schools-financed.repository.js';
import { SchoolsFinancedRpc } from './schools-financed.rpc.js';
import { SchoolsConsumer } from './schools.consumer.js';
import { PgSchools } from './schools.pg-repository.js';
import { Schools } from './schools.repository.js';

export { SchoolLinkEnds } from './school-link-ends.repository.js';

@Module({
  controllers: [SchoolsFinancedRpc, SchoolsConsumer],
  providers: [
    MembershipTables,
    { provide: SchoolLinks, useClass: PgSchoolLinks },
    { provide: SchoolLinkReader, useClass: PrismaSchoolLinkReader },
    { provide: Schools, useClass: PgSchools },
    { provide: SchoolLinkEnds, useClass: PgSchoolLinkEnds },
    FinanceSchool,
    ListSchoolsFinanced,
  ],
  exports: [SchoolLinkEnds],
})
export class SchoolsFinancedModule {}
