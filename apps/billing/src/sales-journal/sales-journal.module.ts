import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { ExportSalesJournal } from './export-sales-journal.js';
import { SalesJournalRpc } from './sales-journal.rpc.js';
import { Sales } from './sales.pg.js';

@Module({
  imports: [MembersModule],
  controllers: [SalesJournalRpc],
  providers: [ExportSalesJournal, Sales],
})
export class SalesJournalModule {}
