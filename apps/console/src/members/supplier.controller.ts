import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { toAcknowledgeQuery, type ToAcknowledgeQuery } from './drafts.dto.js';
import { ListMemberships } from './list-memberships.js';
import { SupplierOrders } from './supplier-orders.js';

/** The titulaire: it receives every order and invoices every member, and sees no person (SUP-3). */
@Controller('api/supplier')
export class SupplierController {
  constructor(
    private readonly listMemberships: ListMemberships,
    private readonly supplierOrders: SupplierOrders,
  ) {}

  @AllowPeople('supplier')
  @Get('members')
  members(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.withOrders(visitor);
  }

  @AllowPeople('supplier')
  @Get('orders-to-acknowledge')
  toAcknowledge(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(toAcknowledgeQuery)) query: ToAcknowledgeQuery,
  ) {
    return this.supplierOrders.toAcknowledge(visitor, query);
  }

  // Once is as good as twice: the first day stands.
  @AllowPeople('supplier')
  @Post('orders/:orderId/acknowledgement')
  @HttpCode(200)
  acknowledge(@CurrentVisitor() visitor: Visitor, @Param('orderId') orderId: string) {
    return this.supplierOrders.acknowledge(visitor, orderId);
  }
}
