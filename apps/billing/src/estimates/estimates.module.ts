import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { EstimateCost } from './estimate-cost.js';
import { EstimatesRpc } from './estimates.rpc.js';

@Module({ imports: [InvoicesModule], controllers: [EstimatesRpc], providers: [EstimateCost] })
export class EstimatesModule {}
