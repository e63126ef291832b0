import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MembershipsModule } from '../../adhesion/memberships/memberships.module.js';
import { RegisterModule } from '../../adhesion/memberships/register.module.js';
import { PgExclusionReader } from './exclusions.pg-reader.js';
import { PgExclusions } from './exclusions.pg-repository.js';
import { ExclusionReader } from './exclusions.reader.js';
import { Exclusions } from './exclusions.repository.js';
import { ExclusionsRpc } from './exclusions.rpc.js';
import { RecordExclusion } from './record-exclusion.js';
import { ViewExclusions } from './view-exclusions.js';

@Module({
  imports: [DocumentsModule, MembershipsModule, RegisterModule],
  controllers: [ExclusionsRpc],
  providers: [
    { provide: Exclusions, useClass: PgExclusions },
    { provide: ExclusionReader, useClass: PgExclusionReader },
    RecordExclusion,
    ViewExclusions,
  ],
})
export class ExclusionsModule {}
