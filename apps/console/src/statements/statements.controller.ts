import { Controller, Get, Header, Param, Query, StreamableFile } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberStatements } from './member-statements.js';
import { statementQuery, type StatementQuery } from './statements.dto.js';

@Controller('api')
export class StatementsController {
  constructor(private readonly statements: MemberStatements) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get('memberships/:membershipId/statement')
  @Header('cache-control', 'no-store')
  async pdf(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(statementQuery)) { on }: StatementQuery,
  ) {
    const { fileName, content } = await this.statements.pdf(visitor, membershipId, on);
    const safeName = fileName.replace(/[^\w.-]/g, '_');
    return new StreamableFile(content, {
      type: 'application/pdf',
      disposition: `attachment; filename="${safeName}"`,
    });
  }
}
