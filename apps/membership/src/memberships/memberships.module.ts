import { Module } from '@nestjs/common';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { MarketsModule } from '../markets/markets.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { SchoolsFinancedModule } from '../schools-financed/schools-financed.module.js';
import { AcceptApplication } from './accept-application.js';
import { ActivateMembership } from './activate-membership.js';
import { ApplyForMembership } from './apply-for-membership.js';
import { EndMemberships } from './end-memberships.js';
import { ListMemberships } from './list-memberships.js';
import { PgMembershipEnds } from './membership-ends.pg-repository.js';
import { MembershipEnds } from './membership-ends.repository.js';
import { PgMembershipReader } from './memberships.pg-reader.js';
import { PgMemberships } from './memberships.pg-repository.js';
import { MembershipReader } from './memberships.reader.js';
import { Memberships } from './memberships.repository.js';
import { MembershipsRpc } from './memberships.rpc.js';
import { MoveMembershipEnd } from './move-membership-end.js';

export { EndMemberships } from './end-memberships.js';
export type { EndingMembership } from './membership-ends.repository.js';
export { MoveMembershipEnd } from './move-membership-end.js';

@Module({
  imports: [
    CommitmentsModule,
    MarketsModule,
    OrdersModule,
    OrganisationsModule,
    SchoolsFinancedModule,
  ],
  controllers: [MembershipsRpc],
  providers: [
    { provide: Memberships, useClass: PgMemberships },
    { provide: MembershipEnds, useClass: PgMembershipEnds },
    { provide: MembershipReader, useClass: PgMembershipReader },
    AcceptApplication,
    ActivateMembership,
    ApplyForMembership,
    EndMemberships,
    ListMemberships,
    MoveMembershipEnd,
  ],
  exports: [EndMemberships, MoveMembershipEnd],
})
export class MembershipsModule {}
