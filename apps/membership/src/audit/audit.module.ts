import { Module } from '@nestjs/common';
import { RegisterModule } from '../adhesion/memberships/register.module.js';
import { AuditEntries } from './audit-entries.pg.js';
import { AuditRpc } from './audit.rpc.js';
import { ListAuditEntries } from './list-audit-entries.js';

@Module({
  imports: [RegisterModule],
  controllers: [AuditRpc],
  providers: [AuditEntries, ListAuditEntries],
})
export class AuditModule {}
