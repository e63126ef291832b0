import { Module } from '@nestjs/common';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { OrdersModule } from '../../orders/ledger/orders.module.js';
import { OrganisationsModule } from '../../organisations/organisations.module.js';
import { SchoolsFinancedModule } from '../../schools/schools-financed/schools-financed.module.js';
import { AcceptApplication } from './accept-application.js';
import { ActivateMembership } from './activate-membership.js';
import { AdhesionRpc } from './adhesion.rpc.js';
import { AdmitLateApplication } from './admit-late-application.js';
import { PgApplicationReader } from './applications.pg-reader.js';
import { Applications } from './applications.pg.js';
import { ApplicationReader } from './applications.reader.js';
import { ApplyForMembership } from './apply-for-membership.js';
import { EndMemberships } from './end-memberships.js';
import { JudgeApplication } from './judge-application.js';
import { ListApplications } from './list-applications.js';
import { ListMemberships } from './list-memberships.js';
import { PgMembershipReader } from './memberships.pg-reader.js';
import { MembershipReader } from './memberships.reader.js';
import { MembershipsRpc } from './memberships.rpc.js';
import { RegisterModule } from './register.module.js';
import { RecordSignedConvention } from './record-signed-convention.js';
import { RefuseApplication } from './refuse-application.js';
import { MoveMembershipEnd } from './move-membership-end.js';
import { ProlongMemberships } from './prolong-memberships.js';

export { EndMemberships } from './end-memberships.js';
export { MoveMembershipEnd } from './move-membership-end.js';
export { ProlongMemberships } from './prolong-memberships.js';

@Module({
  imports: [
    CommitmentsModule,
    DocumentsModule,
    MarketsModule,
    OrdersModule,
    OrganisationsModule,
    RegisterModule,
    SchoolsFinancedModule,
  ],
  controllers: [MembershipsRpc, AdhesionRpc],
  providers: [
    { provide: MembershipReader, useClass: PgMembershipReader },
    { provide: ApplicationReader, useClass: PgApplicationReader },
    Applications,
    AcceptApplication,
    ActivateMembership,
    AdmitLateApplication,
    ApplyForMembership,
    EndMemberships,
    JudgeApplication,
    ListApplications,
    ListMemberships,
    RecordSignedConvention,
    RefuseApplication,
    MoveMembershipEnd,
    ProlongMemberships,
  ],
  exports: [ApplicationReader, EndMemberships, MoveMembershipEnd, ProlongMemberships],
})
export class MembershipsModule {}
