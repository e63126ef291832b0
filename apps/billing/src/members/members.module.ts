import { Module } from '@nestjs/common';
import { MemberFacts } from './member-facts.pg.js';
import { MemberHistories } from './member-histories.pg.js';
import { MembersConsumer } from './members.consumer.js';
import { Members } from './members.pg.js';

// The door to billing's copy of membership's facts.
export { billingPeriodsOf, ownPeriodEndingOn, rhythmOn } from './domain/billing-periods.js';
export { asAnnounced, buyerOn, contractYearsOf } from './domain/member.js';
export type {
  Annexe2Reference,
  BuyerParty,
  LedgerHead,
  LedgerLine,
  MarketTerms,
  MemberCopy,
  SignedPart,
} from './domain/member.js';
export { memberAsOf } from './domain/member-history.js';
export { MemberHistories, Members };
export type { NamedMember, OrdersOfMember } from './members.pg.js';

@Module({
  controllers: [MembersConsumer],
  providers: [MemberFacts, MemberHistories, Members],
  exports: [MemberHistories, Members],
})
export class MembersModule {}
