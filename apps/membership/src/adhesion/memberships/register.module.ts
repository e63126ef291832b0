import { Module } from '@nestjs/common';
import { MembershipViews } from './membership-views.pg.js';
import { Memberships } from './memberships.pg.js';

export { membershipFact } from './membership-fact.js';
export { MembershipViews } from './membership-views.pg.js';
export { type Membership, Memberships } from './memberships.pg.js';

/** The home of the membership, apart from the use cases, so that schools, commitments and successions may ask it. */
@Module({ providers: [Memberships, MembershipViews], exports: [Memberships, MembershipViews] })
export class RegisterModule {}
