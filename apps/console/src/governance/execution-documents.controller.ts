import {
  Body,
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
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ExecutionDocuments } from './execution-documents.js';
import {
  marketPageQuery,
  type MarketPageQuery,
  pageQuery,
  type PageQuery,
  sendBody,
  type SendBody,
} from './governance.dto.js';
import { MemberArchive } from './member-archive.js';

const readers = ['member-reader', 'member-orderer', 'member-finance', 'coordinator'] as const;

@Controller('api')
export class ExecutionDocumentsController {
  constructor(
    private readonly documents: ExecutionDocuments,
    private readonly archives: MemberArchive,
  ) {}

  @AllowPeople('coordinator')
  @Post('coordination/execution-documents')
  send(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(sendBody)) body: SendBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.documents.send(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('coordination/execution-documents/unacknowledged')
  unacknowledged(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketPageQuery)) query: MarketPageQuery,
  ) {
    return this.documents.unacknowledged(visitor, query);
  }

  @AllowPeople(...readers)
  @Get('memberships/:membershipId/execution-documents')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(pageQuery)) page: PageQuery,
  ) {
    return this.documents.list(visitor, membershipId, page);
  }

  /** Again changes nothing: the first acknowledgement stays. */
  @AllowPeople('member-orderer', 'member-finance')
  @Post('memberships/:membershipId/execution-documents/:dispatchId/acknowledgement')
  @HttpCode(200)
  acknowledge(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('dispatchId') dispatchId: string,
  ) {
    return this.documents.acknowledge(visitor, membershipId, dispatchId);
  }

  @AllowPeople(...readers)
  @Get('memberships/:membershipId/archive')
  @Header('cache-control', 'no-store')
  async archive(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    const { name, zip } = await this.archives.open(visitor, membershipId);
    const disposition = `attachment; filename="${name}"`;
    // An archive broken off must not look whole: the connection is cut.
    return new StreamableFile(zip, { type: 'application/zip', disposition }).setErrorHandler(
      (_error, response) => void (response as unknown as { destroy(): void }).destroy(),
    );
  }
}
