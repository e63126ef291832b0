import { Module } from '@nestjs/common';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { OrdersModule } from '../orders/ledger/orders.module.js';
import { Margins } from './margins/margins.pg.js';
import { MarginsRpc } from './margins/margins.rpc.js';
import { ViewMargins } from './margins/view-margins.js';
import { GetStatement } from './statements/get-statement.js';
import { RecomputeStatement } from './statements/recompute-statement.js';
import { StatementDocument } from './statements/statement-document.js';
import { StatementFacts } from './statements/statement-facts.pg.js';
import { Statements } from './statements/statements.pg.js';
import { StatementsRpc } from './statements/statements.rpc.js';
import { VerifyStatement } from './statements/verify-statement.js';

/**
 * Members near their floor or maximum, and the group's ceilings (ORD-2, ORD-6): for the coordinator. The état des
 * engagements: given on a day, verifiable later (ORD-7).
 */
@Module({
  imports: [MarketsModule, OrdersModule],
  controllers: [MarginsRpc, StatementsRpc],
  providers: [
    Margins,
    ViewMargins,
    StatementDocument,
    StatementFacts,
    Statements,
    GetStatement,
    RecomputeStatement,
    VerifyStatement,
  ],
})
export class FiguresModule {}
