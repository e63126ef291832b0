import { Controller } from '@nestjs/common';
import { type GetMarketRequest, type LoadMarketRequest, MembershipService } from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
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
  async loadMarket({ content }: LoadMarketRequest, caller: Caller) {
    const market = parseMarketFile(content);
    const loaded = await this.loadMarketUseCase.execute({ market, caller });
    return { market: toMarketMessage(loaded), changed: loaded.changed };
  }

  @Answers(MembershipService.method.getMarket)
  async getMarket({ code }: GetMarketRequest, caller: Caller) {
    requireMarket(caller, code);
    return { market: toMarketMessage(await this.markets.find(code)) };
  }
}
