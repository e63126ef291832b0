import { Module } from '@nestjs/common';
import { PgInvoiceReader } from './invoices.pg-reader.js';
import { InvoiceReader } from './invoices.reader.js';

/** The reads alone, for siblings that invoices themselves rest on. */
@Module({
  providers: [{ provide: InvoiceReader, useClass: PgInvoiceReader }],
  exports: [InvoiceReader],
})
export class InvoiceReaderModule {}
