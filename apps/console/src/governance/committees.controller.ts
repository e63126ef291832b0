import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { IfMatch, Versioned } from '../if-match.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  attendanceBody,
  type AttendanceBody,
  committeeBody,
  type CommitteeBody,
  compositionBody,
  type CompositionBody,
  marketPageQuery,
  type MarketPageQuery,
  meetingBody,
  type MeetingBody,
  minutesBody,
  type MinutesBody,
  pageQuery,
  type PageQuery,
} from './governance.dto.js';
import { GroupCommittees } from './group-committees.js';

const readers = ['member-reader', 'member-orderer', 'member-finance', 'coordinator'] as const;

@Controller('api')
export class CommitteesController {
  constructor(private readonly committees: GroupCommittees) {}

  @AllowPeople(...readers)
  @Get('committees')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketPageQuery)) query: MarketPageQuery,
  ) {
    return this.committees.list(visitor, query);
  }

  @AllowPeople(...readers)
  @Get('committees/:committeeId')
  @Versioned()
  show(@CurrentVisitor() visitor: Visitor, @Param('committeeId') committeeId: string) {
    return this.committees.show(visitor, committeeId);
  }

  @AllowPeople(...readers)
  @Get('committees/:committeeId/meetings')
  meetings(
    @CurrentVisitor() visitor: Visitor,
    @Param('committeeId') committeeId: string,
    @Query(validated(pageQuery)) page: PageQuery,
  ) {
    return this.committees.meetings(visitor, committeeId, page);
  }

  @AllowPeople(...readers)
  @Get('meetings/:meetingId')
  @Versioned()
  meeting(@CurrentVisitor() visitor: Visitor, @Param('meetingId') meetingId: string) {
    return this.committees.meeting(visitor, meetingId);
  }

  @AllowPeople('coordinator')
  @Post('coordination/committees')
  @Versioned()
  establish(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(committeeBody)) body: CommitteeBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.committees.establish(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Put('coordination/committees/:committeeId/composition')
  @Versioned()
  compose(
    @CurrentVisitor() visitor: Visitor,
    @Param('committeeId') committeeId: string,
    @IfMatch() version: number,
    @Body(validated(compositionBody)) body: CompositionBody,
  ) {
    return this.committees.compose(visitor, committeeId, version, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/committees/:committeeId/meetings')
  @Versioned()
  plan(
    @CurrentVisitor() visitor: Visitor,
    @Param('committeeId') committeeId: string,
    @Body(validated(meetingBody)) body: MeetingBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.committees.plan(visitor, committeeId, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Put('coordination/meetings/:meetingId')
  @Versioned()
  change(
    @CurrentVisitor() visitor: Visitor,
    @Param('meetingId') meetingId: string,
    @IfMatch() version: number,
    @Body(validated(meetingBody)) body: MeetingBody,
  ) {
    return this.committees.change(visitor, meetingId, version, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/meetings/:meetingId/cancellation')
  @HttpCode(200)
  @Versioned()
  cancel(
    @CurrentVisitor() visitor: Visitor,
    @Param('meetingId') meetingId: string,
    @IfMatch() version: number,
  ) {
    return this.committees.cancel(visitor, meetingId, version);
  }

  @AllowPeople('coordinator')
  @Post('coordination/meetings/:meetingId/invitations')
  @HttpCode(200)
  @Versioned()
  invite(
    @CurrentVisitor() visitor: Visitor,
    @Param('meetingId') meetingId: string,
    @IfMatch() version: number,
  ) {
    return this.committees.invite(visitor, meetingId, version);
  }

  @AllowPeople('coordinator')
  @Post('coordination/meetings/:meetingId/attendance')
  @HttpCode(200)
  @Versioned()
  attend(
    @CurrentVisitor() visitor: Visitor,
    @Param('meetingId') meetingId: string,
    @IfMatch() version: number,
    @Body(validated(attendanceBody)) body: AttendanceBody,
  ) {
    return this.committees.attend(visitor, meetingId, version, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/meetings/:meetingId/minutes')
  @HttpCode(200)
  @Versioned()
  minute(
    @CurrentVisitor() visitor: Visitor,
    @Param('meetingId') meetingId: string,
    @IfMatch() version: number,
    @Body(validated(minutesBody)) { documentId }: MinutesBody,
  ) {
    return this.committees.minute(visitor, meetingId, version, documentId);
  }
}
