import { Module } from '@nestjs/common';
import { CommitmentsModule } from '../adhesion/commitments/commitments.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { RegisterModule } from '../adhesion/memberships/register.module.js';
import { OrdersModule } from '../orders/ledger/orders.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { SeatsModule } from '../seats/seats.module.js';
import { ApproveSuccession } from './approve-succession.js';
import { BeginSuccessions } from './begin-successions.js';
import { CancelSuccession } from './cancel-succession.js';
import { CarryOutSuccessions } from './carry-out-successions.js';
import { GiveToSuccessor } from './give-to-successor.js';
import { ImportMovements } from './import-movements.js';
import { MoveCommitment } from './move-commitment.js';
import { PlanSuccessions } from './plan-successions.js';
import { PreparePlan } from './prepare-plan.js';
import { PreviewSuccession } from './preview-succession.js';
import { ReceiveSuccession } from './receive-succession.js';
import { Sides } from './sides.js';
import { SignedParts } from './signed-parts.js';
import { Successions } from './successions.pg.js';
import { SuccessionsRpc } from './successions.rpc.js';
import { Transfers } from './transfers.pg.js';
import { ViewSuccessions } from './view-successions.js';

export { BeginSuccessions } from './begin-successions.js';

@Module({
  imports: [
    CommitmentsModule,
    DocumentsModule,
    MarketsModule,
    OrdersModule,
    OrganisationsModule,
    RegisterModule,
    SeatsModule,
  ],
  controllers: [SuccessionsRpc],
  providers: [
    Sides,
    SignedParts,
    Successions,
    Transfers,
    ApproveSuccession,
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
  exports: [BeginSuccessions],
})
export class SuccessionsModule {}
