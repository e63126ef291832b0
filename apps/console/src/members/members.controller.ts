import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ListMemberships } from './list-memberships.js';
import { MemberInvoices } from './member-invoices.js';
import { MemberOrders } from './member-orders.js';
import {
  orderBody,
  pageQuery,
  signedOrderBody,
  type OrderBody,
  type PageQuery,
  type SignedOrderBody,
} from './members.dto.js';
import { PreviewOrder } from './preview-order.js';
import { ShowDashboard } from './show-dashboard.js';

@Controller('api/memberships')
export class MembersController {
  constructor(
    private readonly listMemberships: ListMemberships,
    private readonly showDashboard: ShowDashboard,
    private readonly memberOrders: MemberOrders,
    private readonly previewOrder: PreviewOrder,
    private readonly memberInvoices: MemberInvoices,
  ) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance')
  @Get()
  own(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.own(visitor);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get(':membershipId')
  @Header('cache-control', 'no-store')
  dashboard(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.showDashboard.execute(visitor, membershipId);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get(':membershipId/orders')
  orders(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(pageQuery)) page: PageQuery,
  ) {
    return this.memberOrders.list(visitor, membershipId, page);
  }

  @AllowPeople('member-orderer')
  @Post(':membershipId/orders/preview')
  @HttpCode(200)
  preview(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(orderBody)) body: OrderBody,
  ) {
    return this.previewOrder.execute(visitor, membershipId, body);
  }

  @AllowPeople('member-orderer')
  @Post(':membershipId/orders')
  sign(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(signedOrderBody)) body: SignedOrderBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.memberOrders.sign(visitor, membershipId, body, idempotencyKey);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':membershipId/invoices')
  invoices(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(pageQuery)) page: PageQuery,
  ) {
    return this.memberInvoices.list(visitor, membershipId, page);
  }
}
