import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { UploadedBytes } from '../uploaded-bytes.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { GroupSuccessions } from './group-successions.js';
import {
  cancellationBody,
  type CancellationBody,
  movementsBytesMax,
  movementsQuery,
  type MovementsQuery,
  ownQuery,
  type OwnQuery,
  plansBody,
  type PlansBody,
  previewBody,
  type PreviewBody,
  successionsQuery,
  type SuccessionsQuery,
} from './successions.dto.js';

@Controller('api')
export class SuccessionsController {
  constructor(private readonly successions: GroupSuccessions) {}

  @AllowPeople('coordinator')
  @Post('coordination/successions/preview')
  @HttpCode(200)
  preview(@CurrentVisitor() visitor: Visitor, @Body(validated(previewBody)) body: PreviewBody) {
    return this.successions.preview(visitor, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/successions')
  plan(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(plansBody)) body: PlansBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.successions.plan(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('coordination/successions/import')
  import(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(movementsQuery)) query: MovementsQuery,
    @UploadedBytes(movementsBytesMax) content: Uint8Array,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.successions.import(visitor, query, content, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('coordination/successions/:successionId/cancellation')
  cancel(
    @CurrentVisitor() visitor: Visitor,
    @Param('successionId') successionId: string,
    @Body(validated(cancellationBody)) body: CancellationBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.successions.cancel(visitor, successionId, body, idempotencyKey);
  }

  @AllowPeople('coordinator', 'supplier')
  @Get('coordination/successions')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(successionsQuery)) query: SuccessionsQuery,
  ) {
    return this.successions.list(visitor, query);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get('successions/:successionId')
  show(@CurrentVisitor() visitor: Visitor, @Param('successionId') successionId: string) {
    return this.successions.show(visitor, successionId);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId/successions')
  ofMember(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(ownQuery)) query: OwnQuery,
  ) {
    return this.successions.ofMember(visitor, membershipId, query);
  }
}
