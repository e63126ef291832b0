import { type MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type ImportPricesRequest, type ImportPricesResponseSchema } from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { ImportPrices } from './import-prices.js';

@Controller()
export class PriceImportsRpc {
  constructor(private readonly importPrices: ImportPrices) {}

  @GrpcMethod('BillingService', 'ImportPrices')
  async import(
    @Payload() request: ImportPricesRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof ImportPricesResponseSchema>> {
    requireMarket(caller, request.marketCode);
    return this.importPrices.execute({
      marketCode: request.marketCode,
      content: request.content,
      caller,
      idempotencyKey: request.idempotencyKey,
    });
  }
}
