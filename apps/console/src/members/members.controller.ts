import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ListMemberships } from './list-memberships.js';
import { MemberInvoices } from './member-invoices.js';
import { orderBody, pageQuery, type OrderBody, type PageQuery } from './members.dto.js';
import { PreviewOrder } from './preview-order.js';
import { ShowDashboard } from './show-dashboard.js';

@Controller('api/memberships')
export class MembersController {
  constructor(
    private readonly listMemberships: ListMemberships,
    private readonly showDashboard: ShowDashboard,
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
