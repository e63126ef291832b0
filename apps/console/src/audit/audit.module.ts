import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { AuditEntries } from './audit-entries.js';
import { AuditController } from './audit.controller.js';

@Module({
  imports: [MembersModule],
  controllers: [AuditController],
  providers: [AuditEntries],
})
export class AuditModule {}
