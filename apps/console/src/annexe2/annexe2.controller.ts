import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { UploadedBytes } from '../uploaded-bytes.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  annexe2BytesMax,
  annexe2Query,
  type Annexe2Query,
  linesQuery,
  type LinesQuery,
  verificationBody,
  type VerificationBody,
} from './annexe2.dto.js';
import { MemberAnnexe2 } from './member-annexe2.js';

@Controller('api/memberships/:membershipId/annexe2')
export class Annexe2Controller {
  constructor(private readonly annexe2: MemberAnnexe2) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get()
  show(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(linesQuery)) page: LinesQuery,
  ) {
    return this.annexe2.show(visitor, membershipId, page);
  }

  @AllowPeople('member-orderer', 'coordinator')
  @Post('preview')
  @HttpCode(200)
  preview(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(annexe2Query)) query: Annexe2Query,
    @UploadedBytes(annexe2BytesMax) content: Uint8Array,
  ) {
    return this.annexe2.preview(visitor, membershipId, { ...query, content });
  }

  @AllowPeople('member-orderer', 'coordinator')
  @Post()
  import(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(annexe2Query)) query: Annexe2Query,
    @UploadedBytes(annexe2BytesMax) content: Uint8Array,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.annexe2.import(visitor, membershipId, { ...query, content }, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('verification')
  @HttpCode(200)
  verify(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(verificationBody)) body: VerificationBody,
  ) {
    return this.annexe2.verify(visitor, membershipId, body);
  }
}
