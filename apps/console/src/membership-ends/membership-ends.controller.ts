import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberExclusions } from './member-exclusions.js';
import { MemberWithdrawals } from './member-withdrawals.js';
import {
  decisionBody,
  type DecisionBody,
  letterBody,
  type LetterBody,
  marketQuery,
  type MarketQuery,
} from './membership-ends.dto.js';

@Controller('api')
export class MembershipEndsController {
  constructor(
    private readonly withdrawals: MemberWithdrawals,
    private readonly exclusions: MemberExclusions,
  ) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId/withdrawal')
  withdrawal(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.withdrawals.show(visitor, membershipId);
  }

  @AllowPeople('coordinator')
  @Post('memberships/:membershipId/withdrawal')
  withdraw(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(letterBody)) body: LetterBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.withdrawals.record(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('memberships/:membershipId/withdrawal/revocation')
  revoke(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(letterBody)) body: LetterBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.withdrawals.revoke(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('coordinator', 'supplier')
  @Get('coordination/withdrawals')
  everyWithdrawal(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketQuery)) query: MarketQuery,
  ) {
    return this.withdrawals.list(visitor, query);
  }

  @AllowPeople('coordinator')
  @Get('coordination/withdrawal-reminders')
  reminders(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    return this.withdrawals.reminders(visitor, query);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId/exclusion')
  exclusion(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.exclusions.show(visitor, membershipId);
  }

  @AllowPeople('coordinator')
  @Post('memberships/:membershipId/exclusion')
  exclude(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(decisionBody)) body: DecisionBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.exclusions.record(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('coordinator', 'supplier')
  @Get('coordination/exclusions')
  everyExclusion(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketQuery)) query: MarketQuery,
  ) {
    return this.exclusions.list(visitor, query);
  }
}
