import { Module } from '@nestjs/common';
import { AuditEntries } from './audit-entries.pg.js';
import { AuditNames } from './audit-names.pg.js';
import { AuditRpc } from './audit.rpc.js';
import { ListAuditEntries } from './list-audit-entries.js';

@Module({
  controllers: [AuditRpc],
  providers: [AuditEntries, AuditNames, ListAuditEntries],
})
export class AuditModule {}
