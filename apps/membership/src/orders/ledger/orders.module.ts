import { Module } from '@nestjs/common';
import { CheckLedgers } from './check-ledgers.js';
import { CountSeatsLost } from './count-seats-lost.js';
import { GetQuantities } from './get-quantities.js';
import { ListLedgerHeads } from './list-ledger-heads.js';
import { ListOrders } from './list-orders.js';
import { PgOrderReader } from './orders.pg-reader.js';
import { PgOrderLedgers } from './orders.pg-repository.js';
import { OrderReader } from './orders.reader.js';
import { OrderLedgers } from './orders.repository.js';
import { OrdersRpc } from './orders.rpc.js';
import { PreviewOrder } from './preview-order.js';
import { RecordInitialOrder } from './record-initial-order.js';
import { RecordOrder } from './record-order.js';
import { SeatsLostCounts } from './seats-lost.gateway.js';
import { SeatsLostGateway } from './seats-lost.grpc-gateway.js';
import { SeatsToConfirm } from './seats-to-confirm.js';
import { SignOrder } from './sign-order.js';

export { linesMax as orderLinesMax } from '../domain/order-ledger.js';
export { type MembershipLedger, OrderLedgers } from './orders.repository.js';
export { RecordInitialOrder } from './record-initial-order.js';
export { checkAgreement, checkCorrection, type CorrectionReason } from '../domain/correction.js';
export { warnedFrom } from '../domain/maximum.js';
export type { OrderLine } from '../domain/order.js';
export { toOrderMessage } from './order-message.js';
export { fromLines, requiredKey, toPreviewResponse } from './orders.dto.js';
export { PreviewOrder } from './preview-order.js';
export { type RecordedInLedger, RecordOrder } from './record-order.js';
export { SeatsToConfirm, type SeatsTold } from './seats-to-confirm.js';
export { ProvisioningAddress } from './seats-lost.grpc-gateway.js';

@Module({
  controllers: [OrdersRpc],
  providers: [
    { provide: OrderLedgers, useClass: PgOrderLedgers },
    { provide: OrderReader, useClass: PgOrderReader },
    { provide: SeatsLostCounts, useClass: SeatsLostGateway },
    CheckLedgers,
    CountSeatsLost,
    GetQuantities,
    ListLedgerHeads,
    ListOrders,
    PreviewOrder,
    RecordInitialOrder,
    RecordOrder,
    SeatsToConfirm,
    SignOrder,
  ],
  exports: [
    OrderLedgers,
    OrderReader,
    PreviewOrder,
    RecordInitialOrder,
    RecordOrder,
    SeatsToConfirm,
    SignOrder,
  ],
})
export class OrdersModule {}
