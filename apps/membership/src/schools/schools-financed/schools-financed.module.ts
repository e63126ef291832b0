import { Module } from '@nestjs/common';
import { RegisterModule } from '../../adhesion/memberships/register.module.js';
import { DocumentsModule } from '../../documents/documents.module.js';
import { EndSchoolFinancing } from './end-school-financing.js';
import { FinanceSchool } from './finance-school.js';
import { FindFinancers } from './find-financers.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';
import { SchoolLinks } from './school-links.pg.js';
import { SchoolsFinanced } from './schools-financed.pg.js';
import { SchoolsFinancedRpc } from './schools-financed.rpc.js';
import { SchoolsConsumer } from './schools.consumer.js';
import { Schools } from './schools.pg.js';

export { finance, type SchoolLink } from './domain/financing.js';
export { financerOf } from './finance-school.js';
export { schoolFrom } from './domain/school.js';
export { SchoolLinks } from './school-links.pg.js';
export { Schools } from './schools.pg.js';

@Module({
  imports: [DocumentsModule, RegisterModule],
  controllers: [SchoolsFinancedRpc, SchoolsConsumer],
  providers: [
    SchoolLinks,
    SchoolsFinanced,
    Schools,
    EndSchoolFinancing,
    FinanceSchool,
    FindFinancers,
    ListSchoolsFinanced,
  ],
  exports: [SchoolLinks, Schools],
})
export class SchoolsFinancedModule {}
