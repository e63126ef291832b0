import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { SchoolTransfers } from './school-transfers.js';
import {
  acceptanceBody,
  type AcceptanceBody,
  complementaryBody,
  type ComplementaryBody,
  ownTransfersQuery,
  type OwnTransfersQuery,
  transferBody,
  type TransferBody,
  transferPreviewBody,
  type TransferPreviewBody,
  transfersQuery,
  type TransfersQuery,
} from './schools.dto.js';

@Controller('api')
export class SchoolTransfersController {
  constructor(private readonly transfers: SchoolTransfers) {}

  @AllowPeople('coordinator')
  @Post('coordination/school-transfers/preview')
  @HttpCode(200)
  preview(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(transferPreviewBody)) body: TransferPreviewBody,
  ) {
    return this.transfers.preview(visitor, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/school-transfers')
  transfer(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(transferBody)) body: TransferBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.transfers.transfer(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('coordination/school-transfers')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(transfersQuery)) query: TransfersQuery,
  ) {
    return this.transfers.list(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('coordination/school-transfers/:transferId/cancellation')
  @HttpCode(200)
  cancel(
    @CurrentVisitor() visitor: Visitor,
    @Param('transferId') transferId: string,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.transfers.cancel(visitor, transferId, idempotencyKey);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId/school-transfers')
  ofMember(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(ownTransfersQuery)) query: OwnTransfersQuery,
  ) {
    return this.transfers.ofMember(visitor, membershipId, query);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance')
  @Post('memberships/:membershipId/school-transfers/:transferId/preview')
  @HttpCode(200)
  previewAcceptance(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('transferId') transferId: string,
    @Body(validated(complementaryBody)) body: ComplementaryBody,
  ) {
    return this.transfers.previewAcceptance(visitor, membershipId, transferId, body);
  }

  @AllowPeople('member-orderer')
  @Post('memberships/:membershipId/school-transfers/:transferId/acceptance')
  @HttpCode(200)
  accept(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('transferId') transferId: string,
    @Body(validated(acceptanceBody)) body: AcceptanceBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.transfers.accept(visitor, membershipId, transferId, body, idempotencyKey);
  }

  @AllowPeople('member-orderer')
  @Post('memberships/:membershipId/school-transfers/:transferId/refusal')
  @HttpCode(200)
  decline(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('transferId') transferId: string,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.transfers.decline(visitor, membershipId, transferId, idempotencyKey);
  }
}
