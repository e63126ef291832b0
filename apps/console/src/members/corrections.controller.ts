import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  correctionBody,
  type CorrectionBody,
  correctionPreviewBody,
  type CorrectionPreviewBody,
} from './corrections.dto.js';
import { MemberCorrections } from './member-corrections.js';

@Controller('api/coordination/memberships/:membershipId/corrections')
export class CorrectionsController {
  constructor(private readonly corrections: MemberCorrections) {}

  @AllowPeople('coordinator')
  @Post('preview')
  @HttpCode(200)
  preview(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(correctionPreviewBody)) body: CorrectionPreviewBody,
  ) {
    return this.corrections.preview(visitor, membershipId, body);
  }

  @AllowPeople('coordinator')
  @Post()
  record(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(correctionBody)) body: CorrectionBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.corrections.record(visitor, membershipId, body, idempotencyKey);
  }
}
