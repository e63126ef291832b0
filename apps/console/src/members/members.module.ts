import { Module } from '@nestjs/common';
import { CoordinationController } from './coordination.controller.js';
import { CorrectionsController } from './corrections.controller.js';
import { DraftsController } from './drafts.controller.js';
import { InvoicesController } from './invoices.controller.js';
import { ListMemberships } from './list-memberships.js';
import { MemberCorrections } from './member-corrections.js';
import { MemberDrafts } from './member-drafts.js';
import { MembersController } from './members.controller.js';
import { OwnMembership } from './own-membership.js';
import { PreviewOrder } from './preview-order.js';
import { ShowDashboard } from './show-dashboard.js';
import { SupplierController } from './supplier.controller.js';
import { SupplierOrders } from './supplier-orders.js';

export { OwnMembership } from './own-membership.js';

@Module({
  controllers: [
    MembersController,
    DraftsController,
    InvoicesController,
    CoordinationController,
    CorrectionsController,
    SupplierController,
  ],
  providers: [
    ListMemberships,
    ShowDashboard,
    MemberCorrections,
    MemberDrafts,
    OwnMembership,
    PreviewOrder,
    SupplierOrders,
  ],
  exports: [OwnMembership],
})
export class MembersModule {}
