import { Module } from '@nestjs/common';
import { FindLateFigures } from './find-late-figures.js';
import { ListMemberships } from './list-memberships.js';
import { ListSchoolNames } from './list-school-names.js';
import { MembersController } from './members.controller.js';
import { PapersController } from './papers.controller.js';
import { OwnMembership } from './own-membership.js';
import { PreviewOrder } from './preview-order.js';
import { ShowDashboard } from './show-dashboard.js';

export { OwnMembership } from './own-membership.js';

@Module({
  controllers: [MembersController, PapersController],
  providers: [
    FindLateFigures,
    ListMemberships,
    ListSchoolNames,
    ShowDashboard,
    OwnMembership,
    PreviewOrder,
  ],
  exports: [OwnMembership],
})
export class MembersModule {}
