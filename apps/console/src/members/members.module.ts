import { Module } from '@nestjs/common';
import { CoordinationController } from './coordination.controller.js';
import { InvoicesController } from './invoices.controller.js';
import { ListMemberships } from './list-memberships.js';
import { MemberInvoices } from './member-invoices.js';
import { MemberOrders } from './member-orders.js';
import { MembersController } from './members.controller.js';
import { OwnMembership } from './own-membership.js';
import { ShowDashboard } from './show-dashboard.js';
import { SupplierController } from './supplier.controller.js';

export { OwnMembership } from './own-membership.js';

@Module({
  controllers: [MembersController, InvoicesController, CoordinationController, SupplierController],
  providers: [ListMemberships, ShowDashboard, MemberOrders, MemberInvoices, OwnMembership],
  exports: [OwnMembership],
})
export class MembersModule {}
