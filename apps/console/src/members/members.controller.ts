import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ListMemberships } from './list-memberships.js';
import { ListSchoolNames } from './list-school-names.js';
import { orderBody, type OrderBody } from './members.dto.js';
import { PreviewOrder } from './preview-order.js';
import { ShowDashboard } from './show-dashboard.js';

/** Memberships as a member, the coordinator and the titulaire look at them; the titulaire sees no person (SUP-3). */
@Controller('api')
export class MembersController {
  constructor(
    private readonly listMemberships: ListMemberships,
    private readonly showDashboard: ShowDashboard,
    private readonly previewOrder: PreviewOrder,
    private readonly listSchoolNames: ListSchoolNames,
  ) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance')
  @Get('memberships')
  own(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.own(visitor);
  }

  @AllowPeople('coordinator')
  @Get('coordination/members')
  everyMember(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.withFigures(visitor);
  }

  @AllowPeople('supplier')
  @Get('supplier/members')
  suppliedMembers(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.withOrders(visitor);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId')
  dashboard(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.showDashboard.execute(visitor, membershipId);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get('memberships/:membershipId/school-names')
  schoolNames(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    return this.listSchoolNames.execute(visitor, membershipId);
  }

  @AllowPeople('member-orderer')
  @Post('memberships/:membershipId/orders/preview')
  @HttpCode(200)
  preview(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Body(validated(orderBody)) body: OrderBody,
  ) {
    return this.previewOrder.execute(visitor, membershipId, body);
  }
}
