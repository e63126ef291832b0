import { Injectable } from '@nestjs/common';
import type { ImportMarketResponse, Plain, ReadOnly } from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
import { refusalTold, type RefusalTold } from '#libs/problems';
import { fileInvalid, LoadMarket, type ReadMarket } from '../contract/markets/markets.module.js';

/** `refusal`: what a real run would be refused for; a dry run says it as its answer. */
export type ImportedMarket = Omit<
  ReadOnly<Plain<ImportMarketResponse>>,
  'refusal' | 'refusalCode'
> & { readonly refusal: RefusalTold | undefined };

/** Takes a market in from its file, or only says what that would do (MKT-1). */
@Injectable()
export class ImportMarket {
  constructor(private readonly loadMarket: LoadMarket) {}

  /** A dry run answers with mistakes and refusals; else throws MarketFileInvalid and what LoadMarket throws. Throws NotVisible either way. */
  async execute(input: {
    read: ReadMarket;
    dryRun: boolean;
    caller: Caller;
  }): Promise<ImportedMarket> {
    const { read, dryRun, caller } = input;
    if (read.market === undefined) {
      if (!dryRun) throw fileInvalid(read.mistakes);
      return { ...nothing, mistakes: read.mistakes };
    }
    const marketCode = read.market.code;
    // Not among what a dry run answers: what is not the caller's is not there for it (SUP-1).
    requireMarket(caller, marketCode);
    try {
      const loaded = await this.loadMarket.execute({ market: read.market, caller, dryRun });
      const { version, changes } = loaded;
      return { ...nothing, marketCode, version, changes, written: loaded.changed && !dryRun };
    } catch (error) {
      if (!dryRun) throw error;
      return { ...nothing, marketCode, refusal: refusalTold(error) };
    }
  }
}

const nothing: ImportedMarket = {
  marketCode: '',
  mistakes: [],
  changes: [],
  written: false,
  version: 0,
  refusal: undefined,
};
