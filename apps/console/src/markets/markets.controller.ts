import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { GroupMarkets } from './group-markets.js';
import {
  amendmentBody,
  type AmendmentBody,
  dateBody,
  type DateBody,
  dueQuery,
  type DueQuery,
  marketBody,
  type MarketBody,
  pageQuery,
  type PageQuery,
  versionQuery,
  type VersionQuery,
} from './markets.dto.js';

// Terms and dates are the group's own, no member's.
const readers = [
  'member-reader',
  'member-orderer',
  'member-finance',
  'coordinator',
  'supplier',
] as const;

@Controller('api/markets')
export class MarketsController {
  constructor(private readonly markets: GroupMarkets) {}

  @AllowPeople(...readers)
  @Get()
  list(@CurrentVisitor() visitor: Visitor, @Query(validated(pageQuery)) query: PageQuery) {
    return this.markets.list(visitor, query);
  }

  @AllowPeople(...readers)
  @Get('schema')
  schema(@CurrentVisitor() visitor: Visitor) {
    return this.markets.schema(visitor);
  }

  @AllowPeople('coordinator')
  @Post()
  load(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(marketBody)) body: MarketBody,
    // Asked for as of every creation; a file that comes again changes nothing by itself.
    @IdempotencyKey() _idempotencyKey: string,
  ) {
    return this.markets.load(visitor, body);
  }

  @AllowPeople(...readers)
  @Get(':marketCode')
  show(
    @CurrentVisitor() visitor: Visitor,
    @Param('marketCode') marketCode: string,
    @Query(validated(versionQuery)) { version }: VersionQuery,
  ) {
    return this.markets.show(visitor, marketCode, version);
  }

  @AllowPeople(...readers)
  @Get(':marketCode/versions')
  versions(
    @CurrentVisitor() visitor: Visitor,
    @Param('marketCode') marketCode: string,
    @Query(validated(pageQuery)) query: PageQuery,
  ) {
    return this.markets.versions(visitor, marketCode, query);
  }

  @AllowPeople(...readers)
  @Get(':marketCode/due')
  due(
    @CurrentVisitor() visitor: Visitor,
    @Param('marketCode') marketCode: string,
    @Query(validated(dueQuery)) { horizonDays }: DueQuery,
  ) {
    return this.markets.due(visitor, marketCode, horizonDays);
  }

  @AllowPeople(...readers)
  @Get(':marketCode/amendments')
  amendments(
    @CurrentVisitor() visitor: Visitor,
    @Param('marketCode') marketCode: string,
    @Query(validated(pageQuery)) query: PageQuery,
  ) {
    return this.markets.amendments(visitor, marketCode, query);
  }

  @AllowPeople('coordinator')
  @Post(':marketCode/amendments')
  amend(
    @CurrentVisitor() visitor: Visitor,
    @Param('marketCode') marketCode: string,
    @Body(validated(amendmentBody)) body: AmendmentBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.markets.amend(visitor, marketCode, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Post(':marketCode/dates')
  fixDate(
    @CurrentVisitor() visitor: Visitor,
    @Param('marketCode') marketCode: string,
    @Body(validated(dateBody)) body: DateBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.markets.fixDate(visitor, marketCode, body, idempotencyKey);
  }
}
