import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { BillingService, type ImportPricesRequest } from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ImportPrices } from './import-prices.js';

@Controller()
export class PriceImportsRpc {
  constructor(private readonly importPrices: ImportPrices) {}

  @Answers(BillingService.method.importPrices)
  async import(@Payload() request: ImportPricesRequest, @CurrentCaller() caller: Caller) {
    requireMarket(caller, request.marketCode);
    return this.importPrices.execute({
      marketCode: request.marketCode,
      content: request.content,
      caller,
      idempotencyKey: request.idempotencyKey,
    });
  }
}
