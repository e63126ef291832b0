import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, requireMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { ItemInUse, type Market, type VersionedMarket } from './domain/market.js';
import { changesBetween, type MarketChange } from './domain/amendment.js';
import { Markets } from './markets.pg.js';
import { digestOf, PublishMarket } from './publish-market.js';

export type LoadedMarket = VersionedMarket & {
  /** Whether the file differs from what is known. */
  readonly changed: boolean;
  readonly changes: readonly MarketChange[];
};

/** Takes a market in from its file (MKT-1). The same terms again change nothing. */
@Injectable()
export class LoadMarket {
  constructor(
    private readonly commands: Commands,
    private readonly markets: Markets,
    private readonly publishMarket: PublishMarket,
  ) {}

  /**
   * Rights end with the market, also one that is not there yet (SUP-1): throws NotVisible.
   * Throws MarketInForce when memberships are active: then only a signed amendment changes it (MKT-6);
   * ItemInUse where an annex 2 names an item that the file no longer has; each leaves an entry, save in a dry run.
   */
  async execute(input: {
    readonly market: Market;
    readonly caller: Caller;
    /** Everything is judged and nothing written. */
    readonly dryRun?: boolean;
  }): Promise<LoadedMarket> {
    const { market, caller, dryRun = false } = input;
    requireMarket(caller, market.code);
    const sha256 = digestOf(market);
    return this.commands.attempt(
      {
        operation: 'LoadMarket',
        action: 'market.published',
        request: { sha256 },
        caller,
        dryRun,
        refused: { subject: `market:${market.code}`, details: { sha256 } },
      },
      async (tx, today, journal) => {
        const known = await this.markets.findForUpdate(tx, market.code);
        const changes = known ? changesBetween(known.market, market) : [];
        if (known && digestOf(known.market) === sha256) {
          return { market, version: known.version, changed: false, changes };
        }
        if (known) {
          await this.markets.requireNotInForce(tx, market.code);
          await this.checkItemsStay(tx, market);
        }
        if (dryRun) return { market, version: known?.version ?? 0, changed: true, changes };
        const why = { cause: 'LOADED', by: caller.userId, on: today } as const;
        const { version } = await this.publishMarket.execute(tx, market, known, why);
        await journal({ details: { version, sha256 } });
        return { market, version, changed: true, changes };
      },
    );
  }

  /** An item that an annex 2 names is committed to: it may be renamed, not removed. */
  private async checkItemsStay(tx: Transaction, market: Market): Promise<void> {
    const inUse = await this.markets.itemsInUse(tx, market.code);
    const gone = inUse.filter((code) => !market.items.some((item) => item.code === code));
    if (gone.length > 0) {
      throw new ItemInUse(
        `Des annexes 2 portent sur ${gone.join(', ')} : ce besoin ne peut être retiré.`,
        { items: gone },
      );
    }
  }
}
