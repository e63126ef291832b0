import { Module } from '@nestjs/common';
import { FinanceSchool } from './finance-school.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';
import { PgSchoolLinkReader, PgSchoolLinks } from './schools-financed.pg-repository.js';
import { SchoolLinkReader } from './schools-financed.reader.js';
import { SchoolLinks } from './schools-financed.repository.js';
import { SchoolsFinancedRpc } from './schools-financed.rpc.js';
import { SchoolsConsumer } from './schools.consumer.js';
import { PgSchools } from './schools.pg-repository.js';
import { Schools } from './schools.repository.js';

@Module({
  controllers: [SchoolsFinancedRpc, SchoolsConsumer],
  providers: [
    { provide: SchoolLinks, useClass: PgSchoolLinks },
    { provide: SchoolLinkReader, useClass: PgSchoolLinkReader },
    { provide: Schools, useClass: PgSchools },
    FinanceSchool,
    ListSchoolsFinanced,
  ],
})
export class SchoolsFinancedModule {}
