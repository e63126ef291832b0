import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { GetStatement } from './get-statement.js';
import { RecomputeStatement } from './recompute-statement.js';
import { StatementDocument } from './statement-document.js';
import { PdfStatementDocument } from './statement-document.pdf-renderer.js';
import { PgStatementFacts } from './statement-facts.pg-reader.js';
import { StatementFacts } from './statement-facts.reader.js';
import { PgStatements } from './statements.pg-repository.js';
import { Statements } from './statements.repository.js';
import { StatementsRpc } from './statements.rpc.js';
import { VerifyStatement } from './verify-statement.js';

/** The état des engagements: given on a day, verifiable later (ORD-7). */
@Module({
  imports: [OrdersModule],
  controllers: [StatementsRpc],
  providers: [
    { provide: StatementDocument, useClass: PdfStatementDocument },
    { provide: StatementFacts, useClass: PgStatementFacts },
    { provide: Statements, useClass: PgStatements },
    GetStatement,
    RecomputeStatement,
    VerifyStatement,
  ],
})
export class StatementsModule {}
