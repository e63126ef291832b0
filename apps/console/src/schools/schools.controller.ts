import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberSchools } from './member-schools.js';
import {
  endBody,
  type EndBody,
  financeBody,
  type FinanceBody,
  linksQuery,
  type LinksQuery,
} from './schools.dto.js';

@Controller('api')
export class SchoolsController {
  constructor(private readonly schools: MemberSchools) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId/schools')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(linksQuery)) query: LinksQuery,
  ) {
    return this.schools.list(visitor, membershipId, query);
  }

  @AllowPeople('coordinator')
  @Post('coordination/memberships/:membershipId/schools')
  finance(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(financeBody)) body: FinanceBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.schools.finance(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('coordination/schools/:uai/end')
  @HttpCode(200)
  end(
    @CurrentVisitor() visitor: Visitor,
    @Param('uai') uai: string,
    @Body(validated(endBody)) body: EndBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.schools.end(visitor, uai, body, idempotencyKey);
  }
}
