import {
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { validated } from '#libs/http';
import { UploadedBytes } from '../uploaded-bytes.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberStatements } from './member-statements.js';
import {
  statementBytesMax,
  statementQuery,
  type StatementQuery,
  verificationQuery,
  type VerificationQuery,
} from './statements.dto.js';

const readers = [
  'member-reader',
  'member-orderer',
  'member-finance',
  'coordinator',
  'supplier',
] as const;

@Controller('api')
export class StatementsController {
  constructor(private readonly statements: MemberStatements) {}

  @AllowPeople(...readers)
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

  @AllowPeople(...readers)
  @Post('statements/verification')
  @HttpCode(200)
  verify(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(verificationQuery)) { code }: VerificationQuery,
    @UploadedBytes(statementBytesMax) file: Uint8Array,
  ) {
    return this.statements.verify(visitor, { code, file });
  }
}
