import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { RegisterModule } from '../memberships/register.module.js';
import { Annexes } from './annexes.pg.js';
import { CommitmentsRpc } from './commitments.rpc.js';
import { ImportAnnexe2 } from './import-annexe2.js';
import { PublishCommitment } from './publish-commitment.js';
import { ShowAnnexe2 } from './show-annexe2.js';
import { VerifyAnnexe2 } from './verify-annexe2.js';

export { annexe2Reference } from './domain/annexe2.js';
export { Annexes } from './annexes.pg.js';
export { PublishCommitment } from './publish-commitment.js';

@Module({
  imports: [DocumentsModule, MarketsModule, RegisterModule],
  controllers: [CommitmentsRpc],
  providers: [Annexes, ImportAnnexe2, PublishCommitment, ShowAnnexe2, VerifyAnnexe2],
  exports: [Annexes, PublishCommitment],
})
export class CommitmentsModule {}
