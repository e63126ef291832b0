import { Module } from '@nestjs/common';
import { OrdersModule } from '../../orders/ledger/orders.module.js';
import { GetStatement } from './get-statement.js';
import { RecomputeStatement } from './recompute-statement.js';
import { StatementDocument } from './statement-document.js';
import { StatementFacts } from './statement-facts.pg.js';
import { Statements } from './statements.pg.js';
import { StatementsRpc } from './statements.rpc.js';
import { VerifyStatement } from './verify-statement.js';

/** The état des engagements: given on a day, verifiable later (ORD-7). */
@Module({
  imports: [OrdersModule],
  controllers: [StatementsRpc],
  providers: [
    StatementDocument,
    StatementFacts,
    Statements,
    GetStatement,
    RecomputeStatement,
    VerifyStatement,
  ],
})
export class StatementsModule {}
