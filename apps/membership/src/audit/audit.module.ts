import { Module } from '@nestjs/common';
import { PgAuditEntryReader } from './audit-entries.pg-reader.js';
import { AuditEntryReader } from './audit-entries.reader.js';
import { AuditNames } from './audit-names.pg.js';
import { AuditRpc } from './audit.rpc.js';
import { ListAuditEntries } from './list-audit-entries.js';

@Module({
  controllers: [AuditRpc],
  providers: [
    { provide: AuditEntryReader, useClass: PgAuditEntryReader },
    AuditNames,
    ListAuditEntries,
  ],
})
export class AuditModule {}
