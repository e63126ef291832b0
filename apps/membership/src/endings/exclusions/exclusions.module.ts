import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MembershipsModule } from '../../adhesion/memberships/memberships.module.js';
import { RegisterModule } from '../../adhesion/memberships/register.module.js';
import { Exclusions } from './exclusions.pg.js';
import { ExclusionsRpc } from './exclusions.rpc.js';
import { RecordExclusion } from './record-exclusion.js';
import { ViewExclusions } from './view-exclusions.js';

@Module({
  imports: [DocumentsModule, MembershipsModule, RegisterModule],
  controllers: [ExclusionsRpc],
  providers: [Exclusions, RecordExclusion, ViewExclusions],
})
export class ExclusionsModule {}
