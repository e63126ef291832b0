import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { event, MarketPublishedSchema } from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
import { BusinessDate, Outbox } from '#libs/messaging';
import { audit, type Transaction, UnitOfWork } from '#libs/persistence';
import { ItemInUse, type Market, MarketInForce, type VersionedMarket } from './domain/market.js';
import { toMarketMessage } from './market-message.js';
import { Markets } from './markets.repository.js';

export type LoadMarketInput = { readonly market: Market; readonly caller: Caller };

/** Takes a market in from its file (MKT-1). The same terms again change nothing. */
@Injectable()
export class LoadMarket {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly markets: Markets,
    private readonly outbox: Outbox,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * Rights end with the market, also one that is not there yet (SUP-1): throws NotVisible.
   * Throws MarketInForce when memberships are active: then only a signed amendment changes it (MKT-6);
   * ItemInUse where an annex 2 names an item that the file no longer has.
   */
  async execute({
    market,
    caller,
  }: LoadMarketInput): Promise<VersionedMarket & { changed: boolean }> {
    requireMarket(caller, market.code);
    const sha256 = createHash('sha256').update(JSON.stringify(market)).digest('hex');
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const known = await this.markets.findForUpdate(tx, market.code);
      if (known?.sha256 === sha256) return { market, version: known.version, changed: false };
      if (known && (await this.markets.isInForce(tx, market.code))) {
        throw new MarketInForce(
          'Des adhésions sont en vigueur : ce marché ne change plus que par un avenant signé.',
          { marketCode: market.code },
        );
      }
      if (known) await this.checkItemsStay(tx, market);
      const version = (known?.version ?? 0) + 1;
      await this.markets.save(tx, market, version, sha256);
      await this.outbox.add(
        tx,
        event(MarketPublishedSchema, market.code, { market: toMarketMessage({ market, version }) }),
      );
      await audit(tx, {
        action: 'market.published',
        subject: `market:${market.code}`,
        actor: caller.userId,
        businessDate: today,
        details: { version, sha256 },
      });
      return { market, version, changed: true };
    });
  }

  /** An item that an annex 2 names is committed to: it may be renamed, not removed. */
  private async checkItemsStay(tx: Transaction, market: Market): Promise<void> {
    const inUse = await this.markets.itemsInUse(tx, market.code);
    const gone = inUse.filter((code) => !market.items.some((item) => item.code === code));
    if (gone.length > 0) {
      throw new ItemInUse(
        `Des annexes 2 portent sur ${gone.join(', ')} : ce besoin ne peut être retiré.`,
        {
          items: gone,
        },
      );
    }
  }
}
