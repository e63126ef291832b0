import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { RegisterModule } from '../adhesion/memberships/register.module.js';
import { OrdersModule } from '../orders/ledger/orders.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { BeginSuccessions } from './begin-successions.js';
import { CancelSuccession } from './cancel-succession.js';
import { CarryOutSuccessions } from './carry-out-successions.js';
import { GiveToSuccessor } from './give-to-successor.js';
import { ImportMovements } from './import-movements.js';
import { MoveCommitment } from './move-commitment.js';
import { MovingSeats } from './moving-seats.gateway.js';
import { MovingSeatsGateway } from './moving-seats.grpc-gateway.js';
import { PlanSuccessions } from './plan-successions.js';
import { PreparePlan } from './prepare-plan.js';
import { PreviewSuccession } from './preview-succession.js';
import { ReceiveSuccession } from './receive-succession.js';
import { PgSuccessionReader } from './successions.pg-reader.js';
import { PgSuccessions } from './successions.pg-repository.js';
import { SuccessionReader } from './successions.reader.js';
import { Successions } from './successions.repository.js';
import { SuccessionsRpc } from './successions.rpc.js';
import { PgTransfers } from './transfers.pg-repository.js';
import { Transfers } from './transfers.repository.js';
import { ViewSuccessions } from './view-successions.js';

export { BeginSuccessions } from './begin-successions.js';
export { MovingSeats } from './moving-seats.gateway.js';
export { undone } from './undone.js';

@Module({
  imports: [DocumentsModule, MarketsModule, OrdersModule, OrganisationsModule, RegisterModule],
  controllers: [SuccessionsRpc],
  providers: [
    { provide: Successions, useClass: PgSuccessions },
    { provide: SuccessionReader, useClass: PgSuccessionReader },
    { provide: Transfers, useClass: PgTransfers },
    { provide: MovingSeats, useClass: MovingSeatsGateway },
    BeginSuccessions,
    CancelSuccession,
    CarryOutSuccessions,
    GiveToSuccessor,
    ImportMovements,
    MoveCommitment,
    PlanSuccessions,
    PreparePlan,
    PreviewSuccession,
    ReceiveSuccession,
    ViewSuccessions,
  ],
  exports: [BeginSuccessions, MovingSeats],
})
export class SuccessionsModule {}
