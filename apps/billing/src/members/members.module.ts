import { Module } from '@nestjs/common';
import { MemberFacts } from './member-facts.pg.js';
import { MembersConsumer } from './members.consumer.js';
import { Members } from './members.pg.js';

// The door to billing's copy of membership's facts.
export { buyerOn, contractYearsOf } from './domain/member.js';
export type {
  Annexe2Reference,
  BuyerParty,
  LedgerHead,
  LedgerLine,
  MarketTerms,
  MemberCopy,
  SignedPart,
} from './domain/member.js';
export { Members };
export type { OrdersOfMember } from './members.pg.js';

@Module({
  controllers: [MembersConsumer],
  providers: [MemberFacts, Members],
  exports: [Members],
})
export class MembersModule {}
