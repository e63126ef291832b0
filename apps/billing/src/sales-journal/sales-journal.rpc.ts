import { Controller } from '@nestjs/common';
import { BillingService, type ExportSalesJournalRequest } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ExportSalesJournal } from './export-sales-journal.js';

@Controller()
export class SalesJournalRpc {
  constructor(private readonly exportSalesJournal: ExportSalesJournal) {}

  @Answers(BillingService.method.exportSalesJournal)
  export({ marketCode, year }: ExportSalesJournalRequest, caller: Caller) {
    return this.exportSalesJournal.execute(caller, marketCode, year);
  }
}
