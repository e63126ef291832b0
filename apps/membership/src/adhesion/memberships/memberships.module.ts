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
import { Applications } from './applications.pg.js';
import { ApplyForMembership } from './apply-for-membership.js';
import { ChooseBillingRhythm } from './choose-billing-rhythm.js';
import { EndMemberships } from './end-memberships.js';
import { JudgeApplication } from './judge-application.js';
import { ListApplications } from './list-applications.js';
import { ListMemberships } from './list-memberships.js';
import { MembershipsRpc } from './memberships.rpc.js';
import { RegisterModule } from './register.module.js';
import { RecordSignedConvention } from './record-signed-convention.js';
import { RecordChorusPro } from './record-chorus-pro.js';
import { RefuseApplication } from './refuse-application.js';
import { MoveMembershipEnd } from './move-membership-end.js';
import { ProlongMemberships } from './prolong-memberships.js';

export { Applications } from './applications.pg.js';
export { ListMemberships } from './list-memberships.js';
export type { MembershipView } from './membership-views.pg.js';
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
    Applications,
    AcceptApplication,
    ActivateMembership,
    AdmitLateApplication,
    ApplyForMembership,
    ChooseBillingRhythm,
    EndMemberships,
    JudgeApplication,
    ListApplications,
    ListMemberships,
    RecordSignedConvention,
    RecordChorusPro,
    RefuseApplication,
    MoveMembershipEnd,
    ProlongMemberships,
  ],
  exports: [Applications, EndMemberships, ListMemberships, MoveMembershipEnd, ProlongMemberships],
})
export class MembershipsModule {}
