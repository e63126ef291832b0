import { Module } from '@nestjs/common';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { MarketsModule } from '../markets/markets.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OrganisationsModule } from '../organisations/organisations.module.js';
import { AcceptApplication } from './accept-application.js';
import { ActivateMembership } from './activate-membership.js';
import { ApplyForMembership } from './apply-for-membership.js';
import { EndMemberships } from './end-memberships.js';
import { ListMemberships } from './list-memberships.js';
import { PgMembershipReader } from './memberships.pg-reader.js';
import { PgMemberships } from './memberships.pg-repository.js';
import { MembershipReader } from './memberships.reader.js';
import { Memberships } from './memberships.repository.js';
import { MembershipsRpc } from './memberships.rpc.js';

export { EndMemberships } from './end-memberships.js';

@Module({
  imports: [CommitmentsModule, MarketsModule, OrdersModule, OrganisationsModule],
  controllers: [MembershipsRpc],
  providers: [
    { provide: Memberships, useClass: PgMemberships },
    { provide: MembershipReader, useClass: PgMembershipReader },
    AcceptApplication,
    ActivateMembership,
    ApplyForMembership,
    EndMemberships,
    ListMemberships,
  ],
  exports: [EndMemberships],
})
export class MembershipsModule {}
