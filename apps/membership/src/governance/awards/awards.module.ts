import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { MembershipsModule } from '../../adhesion/memberships/memberships.module.js';
import { AwardsRpc } from './awards.rpc.js';
import { ChangeOffer } from './change-offer.js';
import { OpenTender } from './open-tender.js';
import { RecordAward } from './record-award.js';
import { RecordOffer } from './record-offer.js';
import { Tenders } from './tenders.pg.js';
import { ViewTenders } from './view-tenders.js';

@Module({
  imports: [DocumentsModule, MarketsModule, MembershipsModule],
  controllers: [AwardsRpc],
  providers: [Tenders, ChangeOffer, OpenTender, RecordAward, RecordOffer, ViewTenders],
})
export class AwardsModule {}
