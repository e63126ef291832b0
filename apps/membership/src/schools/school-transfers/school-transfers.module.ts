import { Module } from '@nestjs/common';
import { RegisterModule } from '../../adhesion/memberships/register.module.js';
import { DocumentsModule } from '../../documents/documents.module.js';
import { OrdersModule } from '../../orders/ledger/orders.module.js';
import { SchoolsFinancedModule } from '../schools-financed/schools-financed.module.js';
import { SeatsModule } from '../../seats/seats.module.js';
import { AcceptTransfer } from './accept-transfer.js';
import { AskSeats } from './ask-seats.js';
import { CarryOutTransfer } from './carry-out-transfer.js';
import { CloseTransfer } from './close-transfer.js';
import { PrepareTransfer } from './prepare-transfer.js';
import { PreviewTransfer } from './preview-transfer.js';
import { SchoolTransfersRpc } from './school-transfers.rpc.js';
import { TransferSchools } from './transfer-schools.js';
import { SchoolTransfers } from './school-transfers.pg.js';
import { ViewTransfers } from './view-transfers.js';

@Module({
  imports: [DocumentsModule, OrdersModule, RegisterModule, SchoolsFinancedModule, SeatsModule],
  controllers: [SchoolTransfersRpc],
  providers: [
    SchoolTransfers,
    AcceptTransfer,
    AskSeats,
    CarryOutTransfer,
    CloseTransfer,
    PrepareTransfer,
    PreviewTransfer,
    TransferSchools,
    ViewTransfers,
  ],
})
export class SchoolTransfersModule {}
