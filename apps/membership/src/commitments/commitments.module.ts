import { Module } from '@nestjs/common';
import { MarketsModule } from '../markets/markets.module.js';
import { PgAnnexes } from './commitments.pg-repository.js';
import { Annexes } from './commitments.repository.js';
import { CommitmentsRpc } from './commitments.rpc.js';
import { ImportAnnexe2 } from './import-annexe2.js';
import { PublishCommitment } from './publish-commitment.js';
import { VerifyAnnexe2 } from './verify-annexe2.js';

export { PublishCommitment, type CommitmentInForce } from './publish-commitment.js';

@Module({
  imports: [MarketsModule],
  controllers: [CommitmentsRpc],
  providers: [
    { provide: Annexes, useClass: PgAnnexes },
    ImportAnnexe2,
    PublishCommitment,
    VerifyAnnexe2,
  ],
  exports: [PublishCommitment],
})
export class CommitmentsModule {}
