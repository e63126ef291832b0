import { Module } from '@nestjs/common';
import { SeatsModule } from '../../seats/seats.module.js';
import { AnchoredEvidence, AnchoredLedgers } from './anchored-ledgers.pg.js';
import { CheckLedgers } from './check-ledgers.js';
import { CommitmentGrounds } from './commitment-grounds.pg.js';
import { ViewLedger } from './view-ledger.js';
import { OrderLedgers } from './order-ledgers.pg.js';
import { OrdersRpc } from './orders.rpc.js';
import { PreviewOrder } from './preview-order.js';
import { RecordedOrders } from './recorded-orders.pg.js';
import { RecordInitialOrder } from './record-initial-order.js';
import { RecordOrder } from './record-order.js';
import { SeatsToConfirm } from './seats-to-confirm.js';
import { SignOrder } from './sign-order.js';

export { linesMax as orderLinesMax } from '../domain/order-ledger.js';
export { AnchoredEvidence, AnchoredLedgers } from './anchored-ledgers.pg.js';
export { type MembershipLedger, OrderLedgers } from './order-ledgers.pg.js';
export { CommitmentGrounds } from './commitment-grounds.pg.js';
export { commitmentParts } from '../domain/commitment-ground.js';
export { headAfter } from './ledger-hash.js';
export { RecordInitialOrder } from './record-initial-order.js';
export { checkAgreement, checkCorrection, type CorrectionReason } from '../domain/correction.js';
export { warnedFrom } from '../domain/maximum.js';
export { type OrderLine, readCanonicalContent } from '../domain/order.js';
export { toOrderMessage } from './order-message.js';
export { fromLines, requiredKey, toPreviewResponse } from './orders.dto.js';
export { PreviewOrder } from './preview-order.js';
export { RecordedOrders } from './recorded-orders.pg.js';
export { type RecordedInLedger, RecordOrder } from './record-order.js';
export { lostOf, SeatsToConfirm, type SeatsTold } from './seats-to-confirm.js';

@Module({
  imports: [SeatsModule],
  controllers: [OrdersRpc],
  providers: [
    AnchoredEvidence,
    AnchoredLedgers,
    CheckLedgers,
    CommitmentGrounds,
    OrderLedgers,
    PreviewOrder,
    RecordedOrders,
    RecordInitialOrder,
    RecordOrder,
    SeatsToConfirm,
    SignOrder,
    ViewLedger,
  ],
  exports: [
    CommitmentGrounds,
    OrderLedgers,
    PreviewOrder,
    RecordedOrders,
    RecordInitialOrder,
    RecordOrder,
    SeatsToConfirm,
    SignOrder,
  ],
})
export class OrdersModule {}
