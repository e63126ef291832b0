import { Controller, Get, Param, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { AuditEntries } from './audit-entries.js';
import { auditQuery, type AuditQuery, ownAuditQuery, type OwnAuditQuery } from './audit.dto.js';

@Controller('api')
export class AuditController {
  constructor(private readonly entries: AuditEntries) {}

  @AllowPeople('coordinator')
  @Get('coordination/audit')
  ofMarket(@CurrentVisitor() visitor: Visitor, @Query(validated(auditQuery)) query: AuditQuery) {
    return this.entries.ofMarket(visitor, query);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('memberships/:membershipId/audit')
  ofMember(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(ownAuditQuery)) query: OwnAuditQuery,
  ) {
    return this.entries.ofMember(visitor, membershipId, query);
  }
}
