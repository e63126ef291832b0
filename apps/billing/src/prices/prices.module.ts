import { Module } from '@nestjs/common';
import { InvoiceReaderModule } from '../invoices/invoice-reader.module.js';
import { MembersModule } from '../members/members.module.js';
import { ImportPrices } from './import-prices.js';
import { PgPrices } from './prices.pg-repository.js';
import { PriceReader } from './prices.reader.js';
import { Prices } from './prices.repository.js';
import { PricesRpc } from './prices.rpc.js';

@Module({
  imports: [MembersModule, InvoiceReaderModule],
  controllers: [PricesRpc],
  providers: [
    ImportPrices,
    { provide: Prices, useClass: PgPrices },
    { provide: PriceReader, useClass: PgPrices },
  ],
  exports: [PriceReader],
})
export class PricesModule {}
