import { Controller, Get, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { GroupMargins } from './group-margins.js';
import {
  marginsQuery,
  type MarginsQuery,
  ofMarketQuery,
  type OfMarketQuery,
} from './margins.dto.js';

@Controller('api/coordination')
export class MarginsController {
  constructor(private readonly margins: GroupMargins) {}

  @AllowPeople('coordinator')
  @Get('margins')
  list(@CurrentVisitor() visitor: Visitor, @Query(validated(marginsQuery)) query: MarginsQuery) {
    return this.margins.list(visitor, query);
  }

  @AllowPeople('coordinator')
  @Get('ceilings')
  ceilings(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(ofMarketQuery)) { market }: OfMarketQuery,
  ) {
    return this.margins.ceilings(visitor, market);
  }

  @AllowPeople('coordinator')
  @Get('usage-above-orders')
  usageAboveOrders(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(ofMarketQuery)) { market }: OfMarketQuery,
  ) {
    return this.margins.usageAboveOrders(visitor, market);
  }
}
