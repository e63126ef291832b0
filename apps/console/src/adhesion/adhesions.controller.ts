import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  admissionBody,
  type AdmissionBody,
  applicationBody,
  type ApplicationBody,
  applicationsQuery,
  type ApplicationsQuery,
  conventionBody,
  type ConventionBody,
  marketQuery,
  type MarketQuery,
  refusalBody,
  type RefusalBody,
} from './adhesion.dto.js';
import { GroupAdhesions } from './group-adhesions.js';

@Controller('api/coordination')
export class AdhesionsController {
  constructor(private readonly adhesions: GroupAdhesions) {}

  @AllowPeople('coordinator')
  @Get('applications')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(applicationsQuery)) query: ApplicationsQuery,
  ) {
    return this.adhesions.list(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('applications')
  apply(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(applicationBody)) body: ApplicationBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.adhesions.apply(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('applications/:membershipId')
  show(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.adhesions.show(visitor, membershipId);
  }

  /** Accepted already: nothing changes. */
  @AllowPeople('coordinator')
  @Post('applications/:membershipId/acceptance')
  @HttpCode(200)
  accept(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.adhesions.accept(visitor, membershipId);
  }

  @AllowPeople('coordinator')
  @Post('applications/:membershipId/admission')
  admit(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(admissionBody)) body: AdmissionBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.adhesions.admit(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('applications/:membershipId/refusal')
  refuse(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(refusalBody)) body: RefusalBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.adhesions.refuse(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post('applications/:membershipId/convention')
  sign(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(conventionBody)) body: ConventionBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.adhesions.sign(visitor, membershipId, body.documentId, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('unsigned-members')
  unsigned(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    return this.adhesions.unsigned(visitor, query);
  }
}
