import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { OrdersModule } from '../orders/ledger/orders.module.js';
import { CorrectionsRpc } from './corrections.rpc.js';
import { RecordCorrection } from './record-correction.js';

@Module({
  imports: [DocumentsModule, OrdersModule],
  controllers: [CorrectionsRpc],
  providers: [RecordCorrection],
})
export class CorrectionsModule {}
