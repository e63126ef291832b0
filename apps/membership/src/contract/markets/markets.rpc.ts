import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type GetMarketRequest, type LoadMarketRequest, MembershipService } from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
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

  @Answers(MembershipService.method.loadMarket)
  async loadMarket(@Payload() { content }: LoadMarketRequest, @CurrentCaller() caller: Caller) {
    const market = parseMarketFile(content);
    const loaded = await this.loadMarketUseCase.execute({ market, caller });
    return { market: toMarketMessage(loaded), changed: loaded.changed };
  }

  @Answers(MembershipService.method.getMarket)
  async getMarket(@Payload() { code }: GetMarketRequest, @CurrentCaller() caller: Caller) {
    requireMarket(caller, code);
    return { market: toMarketMessage(await this.markets.find(code)) };
  }
}
