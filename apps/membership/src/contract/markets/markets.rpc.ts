import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { GetMarketRequest, LoadMarketRequest } from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { LoadMarket } from './load-market.js';
import { toMarketMessage } from './market-message.js';
import { parseMarketFile } from './markets.dto.js';
import { Markets } from './markets.pg.js';

@Controller()
export class MarketsRpc {
  constructor(
    private readonly loadMarketUseCase: LoadMarket,
    private readonly markets: Markets,
  ) {}

  @GrpcMethod('MembershipService', 'LoadMarket')
  async loadMarket(@Payload() { content }: LoadMarketRequest, @CurrentCaller() caller: Caller) {
    const market = parseMarketFile(content);
    const loaded = await this.loadMarketUseCase.execute({ market, caller });
    return { market: toMarketMessage(loaded), changed: loaded.changed };
  }

  @GrpcMethod('MembershipService', 'GetMarket')
  async getMarket(@Payload() { code }: GetMarketRequest, @CurrentCaller() caller: Caller) {
    requireMarket(caller, code);
    return { market: toMarketMessage(await this.markets.find(code)) };
  }
}
