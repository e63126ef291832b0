import { Injectable } from '@nestjs/common';
import type { FixDateRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Documents } from '../documents/documents.module.js';
import { Commands } from '#libs/commands';
import type { LocalDate } from '#libs/time';
import {
  type FixableDate,
  Markets,
  PublishMarket,
  type VersionedMarket,
  withDateFixed,
} from '../contract/markets/markets.module.js';

/** Fixes a date that was only planned, with the document that fixes it (MKT-3, art. 6). */
@Injectable()
export class FixDate {
  constructor(
    private readonly commands: Commands,
    private readonly markets: Markets,
    private readonly publishMarket: PublishMarket,
    private readonly documents: Documents,
  ) {}

  /** Throws MarketInForce once memberships are active, CalendarDateInvalid, DocumentUnknown. */
  execute(
    input: Asked<FixDateRequest, { which: FixableDate; on: LocalDate }>,
  ): Promise<VersionedMarket> {
    const { marketCode, which, on, documentId, caller } = input;
    requireMarket(caller, marketCode);
    return this.commands.run(
      {
        operation: 'FixDate',
        action: 'market.date-fixed',
        subject: `market:${marketCode}`,
        restsOn: documentId,
      },
      input,
      async (tx, today) => {
        const known = await this.markets.knownForUpdate(tx, marketCode);
        await this.markets.requireNotInForce(tx, marketCode);
        await this.documents.reference(documentId, { marketCode }, tx);
        const market = withDateFixed(known.market, which, on);
        const why = { cause: 'DATE_FIXED', documentId, by: caller.userId, on: today } as const;
        const { version } = await this.publishMarket.execute(tx, market, known, why);
        return { market, version };
      },
    );
  }
}
