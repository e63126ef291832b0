import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Documents } from '../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { type KeptDocument, MarketUnknown } from '#libs/trade';
import {
  type Amendment,
  AmendmentNumberTaken,
  changesBetween,
  digestOf,
  judgeAmendment,
  loweredMaxima,
  type Market,
  type MarketChange,
  MarketNotInForce,
  Markets,
} from '../contract/markets/markets.module.js';
import { Amendments, type RecordedAmendment } from './amendments.pg.js';
import { ApplyAmendments } from './apply-amendments.js';
import { InvoicedDays } from './invoiced-days.gateway.js';

export type AmendMarketInput = {
  readonly idempotencyKey: string;
  readonly marketCode: string;
  /** The market whole, as the amendment leaves it. */
  readonly market: Market;
  readonly amendment: Amendment;
  readonly documentId: string;
  /** Everything is judged and nothing kept. */
  readonly dryRun: boolean;
  readonly caller: Caller;
};

/** An amendment as it was judged, kept unless it was a dry run. */
export type JudgedAmendment = Amendment & {
  readonly amendmentId: string;
  readonly document: KeptDocument;
  readonly changes: readonly MarketChange[];
  readonly by: string;
  readonly on: LocalDate;
};

/** Records a signed amendment to a market in force, which nothing else changes (MKT-6). */
@Injectable()
export class AmendMarket {
  constructor(
    private readonly commands: Commands,
    private readonly markets: Markets,
    private readonly amendments: Amendments,
    private readonly documents: Documents,
    private readonly invoicedDays: InvoicedDays,
    private readonly applyAmendments: ApplyAmendments,
  ) {}

  /**
   * Billing is asked up to which day it has invoiced before the transaction begins; where it does not answer the
   * refusal is `unavailable` and nothing is written. An amendment is written on top of the one recorded before
   * it. Throws what `judgeAmendment` throws, MarketNotInForce and AmendmentNumberTaken.
   */
  async execute(input: AmendMarketInput): Promise<JudgedAmendment> {
    const { marketCode, market, amendment, documentId, dryRun, caller } = input;
    requireMarket(caller, marketCode);
    const invoicedUntil = await this.invoicedDays.invoicedUntil(marketCode);
    const request = { marketCode, terms: digestOf(market), ...amendment, documentId, dryRun };
    const idempotencyKey = dryRun ? '' : input.idempotencyKey;
    return this.commands.run(
      {
        operation: 'AmendMarket',
        action: dryRun ? 'market-amendment.judged' : 'market-amendment.recorded',
        subject: `market:${marketCode}`,
        restsOn: documentId,
      },
      { ...request, caller, idempotencyKey },
      (tx, today) => this.record(tx, input, invoicedUntil, today),
    );
  }

  private async record(
    tx: Transaction,
    { marketCode, market, amendment, documentId, dryRun, caller }: AmendMarketInput,
    invoicedUntil: LocalDate | undefined,
    today: LocalDate,
  ): Promise<JudgedAmendment> {
    const known = await this.markets.findForUpdate(tx, marketCode);
    if (!known) throw new MarketUnknown('Ce marché n’existe pas.', { marketCode });
    if (!(await this.markets.isInForce(tx, marketCode))) {
      throw new MarketNotInForce(
        'Aucune adhésion n’est encore active : rechargez le fichier du marché, un avenant est inutile.',
        { marketCode },
      );
    }
    const last = await this.amendments.last(tx, marketCode);
    const before = last?.terms ?? known.market;
    const changes = changesBetween(before, market);
    const ordered =
      loweredMaxima(before, market).length > 0
        ? await this.amendments.mostOrdered(tx, marketCode)
        : [];
    judgeAmendment(
      amendment,
      { before, after: market, changes },
      { today, invoicedUntil, lastEffectiveOn: last?.effectiveOn, ordered },
    );
    if (await this.amendments.isNumberTaken(tx, marketCode, amendment.number)) {
      throw new AmendmentNumberTaken(
        `L’avenant « ${amendment.number} » est déjà enregistré pour ce marché.`,
        { number: amendment.number },
      );
    }
    const document = await this.documents.proofOf(tx, documentId, [{ marketCode }], {
      kinds: ['AMENDMENT'],
      paper: 'l’avenant signé, parmi les documents du marché',
    });
    const amendmentId = dryRun ? '' : randomUUID();
    const judged = { ...amendment, amendmentId, document, changes, by: caller.userId, on: today };
    if (dryRun) return judged;
    const recorded: RecordedAmendment = { ...judged, marketCode, terms: market };
    await this.amendments.add(tx, recorded);
    await this.applyAmendments.execute(tx, today, marketCode);
    return judged;
  }
}
