import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { IfMatch, Versioned } from '../if-match.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  awardBody,
  type AwardBody,
  changedOfferBody,
  type ChangedOfferBody,
  offerBody,
  type OfferBody,
  tenderBody,
  type TenderBody,
} from './awards.dto.js';
import {
  marketPageQuery,
  type MarketPageQuery,
  marketQuery,
  type MarketQuery,
} from './governance.dto.js';
import { GroupTender } from './group-tender.js';

/** Offers are confidential: the coordinator's alone. */
@Controller('api/coordination')
export class AwardsController {
  constructor(private readonly tender: GroupTender) {}

  @AllowPeople('coordinator')
  @Post('tender')
  open(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(tenderBody)) body: TenderBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.tender.open(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('tender')
  show(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    return this.tender.show(visitor, query);
  }

  @AllowPeople('coordinator')
  @Get('offers')
  offers(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketPageQuery)) query: MarketPageQuery,
  ) {
    return this.tender.offers(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('offers')
  @Versioned()
  record(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(offerBody)) body: OfferBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.tender.record(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('offers/:offerId')
  @Versioned()
  offer(@CurrentVisitor() visitor: Visitor, @Param('offerId') offerId: string) {
    return this.tender.offer(visitor, offerId);
  }

  @AllowPeople('coordinator')
  @Put('offers/:offerId')
  @Versioned()
  change(
    @CurrentVisitor() visitor: Visitor,
    @Param('offerId') offerId: string,
    @IfMatch() version: number,
    @Body(validated(changedOfferBody)) body: ChangedOfferBody,
  ) {
    return this.tender.change(visitor, offerId, version, body);
  }

  @AllowPeople('coordinator')
  @Get('ranking')
  ranking(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    return this.tender.ranking(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('award')
  award(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(awardBody)) body: AwardBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.tender.award(visitor, body, idempotencyKey);
  }
}
