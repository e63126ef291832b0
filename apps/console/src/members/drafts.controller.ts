import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Param,
  Post,
  Put,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { IfMatch, Versioned } from '../if-match.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberDrafts } from './member-drafts.js';
import {
  draftBody,
  type DraftBody,
  draftsQuery,
  type DraftsQuery,
  signedDraftBody,
  type SignedDraftBody,
} from './drafts.dto.js';

/** Orders before their signature, and the paper of those signed (ORD-1). */
@Controller('api/memberships/:membershipId')
export class DraftsController {
  constructor(private readonly drafts: MemberDrafts) {}

  @AllowPeople('member-orderer')
  @Versioned()
  @Post('drafts')
  prepare(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(draftBody)) body: DraftBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.drafts.prepare(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('drafts')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(draftsQuery)) query: DraftsQuery,
  ) {
    return this.drafts.list(visitor, membershipId, query);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Versioned()
  @Get('drafts/:draftId')
  show(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('draftId') draftId: string,
  ) {
    return this.drafts.show(visitor, membershipId, draftId);
  }

  @AllowPeople('member-orderer')
  @Versioned()
  @Put('drafts/:draftId')
  change(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('draftId') draftId: string,
    @IfMatch() expectedVersion: number,
    @Body(validated(draftBody)) body: DraftBody,
  ) {
    return this.drafts.change(visitor, { membershipId, draftId, expectedVersion }, body);
  }

  @AllowPeople('member-orderer')
  @Versioned()
  @Delete('drafts/:draftId')
  cancel(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('draftId') draftId: string,
    @IfMatch() expectedVersion: number,
  ) {
    return this.drafts.cancel(visitor, { membershipId, draftId, expectedVersion });
  }

  @AllowPeople('member-orderer')
  @Post('drafts/:draftId/sign')
  sign(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('draftId') draftId: string,
    @IfMatch() expectedVersion: number,
    @IdempotencyKey() idempotencyKey: string,
    @Body(validated(signedDraftBody)) body: SignedDraftBody,
  ) {
    const named = { membershipId, draftId, expectedVersion };
    return this.drafts.sign(visitor, named, body, idempotencyKey);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get('orders/:orderId/pdf')
  @Header('cache-control', 'no-store')
  async pdf(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('orderId') orderId: string,
  ) {
    const { fileName, content } = await this.drafts.pdf(visitor, membershipId, orderId);
    const safeName = fileName.replace(/[^\w.-]/g, '_');
    return new StreamableFile(content, {
      type: 'application/pdf',
      disposition: `attachment; filename="${safeName}"`,
    });
  }
}
