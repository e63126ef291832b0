import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { OrdersModule } from '../orders/ledger/orders.module.js';
import { PgCorrections } from './corrections.pg-repository.js';
import { Corrections } from './corrections.repository.js';
import { CorrectionsRpc } from './corrections.rpc.js';
import { RecordCorrection } from './record-correction.js';

@Module({
  imports: [DocumentsModule, OrdersModule],
  controllers: [CorrectionsRpc],
  providers: [{ provide: Corrections, useClass: PgCorrections }, RecordCorrection],
})
export class CorrectionsModule {}
