import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { UploadedBytes } from '../uploaded-bytes.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  documentBytesMax,
  declineBody,
  type DeclineBody,
  importQuery,
  type ImportQuery,
  invitationsQuery,
  type InvitationsQuery,
  inviteBody,
  type InviteBody,
  marketQuery,
  type MarketQuery,
  reminderBody,
  type ReminderBody,
} from './adhesion.dto.js';
import { GroupInvitations } from './group-invitations.js';

@Controller('api/coordination')
export class InvitationsController {
  constructor(private readonly invitations: GroupInvitations) {}

  @AllowPeople('coordinator')
  @Get('campaign')
  campaign(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    return this.invitations.campaign(visitor, query);
  }

  @AllowPeople('coordinator')
  @Get('invitations')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(invitationsQuery)) query: InvitationsQuery,
  ) {
    return this.invitations.list(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('invitations')
  invite(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(inviteBody)) body: InviteBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.invitations.invite(visitor, body, idempotencyKey);
  }

  /** A faulty list is answered with its faults, and writes nothing. */
  @AllowPeople('coordinator')
  @Post('invitations/import')
  @HttpCode(200)
  importList(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(importQuery)) query: ImportQuery,
    @IdempotencyKey() idempotencyKey: string,
    @UploadedBytes(documentBytesMax) content: Uint8Array,
  ) {
    return this.invitations.importList(visitor, query, content, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('invitations/reminders')
  remind(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(reminderBody)) body: ReminderBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.invitations.remind(visitor, body, idempotencyKey);
  }

  /** Declined already: nothing changes. */
  @AllowPeople('coordinator')
  @Post('invitations/:invitationId/decline')
  @HttpCode(200)
  decline(
    @CurrentVisitor() visitor: Visitor,
    @Param('invitationId') invitationId: string,
    @Body(validated(declineBody)) body: DeclineBody,
  ) {
    return this.invitations.decline(visitor, invitationId, body);
  }
}
