import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import {
  type Amendment,
  AmendmentNumberTaken,
  changesBetween,
  judgeAmendment,
  loweredMaxima,
  type Market,
  type MarketChange,
  MarketNotInForce,
  Markets,
} from '../contract/markets/markets.module.js';
import { Documents } from '../documents/documents.module.js';
import { Amendments } from './amendments.pg.js';

export type AmendmentGiven = Amendment & {
  readonly marketCode: string;
  /** The market whole, as the amendment leaves it. */
  readonly terms: Market;
  readonly documentId: string;
};

/** An amendment as it was judged. */
export type PreparedAmendment = AmendmentGiven & {
  readonly document: KeptDocument;
  readonly changes: readonly MarketChange[];
  /** Place of the amendment that it is written on top of; 0: the market as it was loaded. */
  readonly basedOn: number;
};

/** Judges a signed amendment to a market in force, which nothing else changes (MKT-6). Writes nothing. */
@Injectable()
export class PrepareAmendment {
  constructor(
    private readonly markets: Markets,
    private readonly amendments: Amendments,
    private readonly documents: Documents,
  ) {}

  /**
   * Locks the market. `invoicedUntil`: as billing told it before the transaction. Throws what `judgeAmendment` throws,
   * MarketNotInForce, AmendmentNumberTaken, PaperNotDeposited and DocumentUnknown.
   */
  async execute(
    tx: Transaction,
    given: AmendmentGiven,
    invoicedUntil: LocalDate | undefined,
    today: LocalDate,
  ): Promise<PreparedAmendment> {
    const { marketCode, terms, number, documentId } = given;
    const known = await this.markets.knownForUpdate(tx, marketCode);
    if (!(await this.markets.isInForce(tx, marketCode))) {
      throw new MarketNotInForce(
        'Aucune adhésion n’est encore active : rechargez le fichier du marché, un avenant est inutile.',
        { marketCode },
      );
    }
    const last = await this.amendments.last(tx, marketCode);
    const before = last?.terms ?? known.market;
    const changes = changesBetween(before, terms);
    const ordered =
      loweredMaxima(before, terms).length > 0
        ? await this.amendments.mostOrdered(tx, marketCode)
        : [];
    judgeAmendment(
      given,
      { before, after: terms, changes },
      { today, invoicedUntil, lastEffectiveOn: last?.effectiveOn, ordered },
    );
    if (await this.amendments.isNumberTaken(tx, marketCode, number)) {
      throw new AmendmentNumberTaken(
        `L’avenant « ${number} » est déjà enregistré pour ce marché.`,
        { number },
      );
    }
    const document = await this.documents.proofOf(tx, documentId, [{ marketCode }], {
      kinds: ['AMENDMENT'],
      paper: 'l’avenant signé, parmi les documents du marché',
    });
    return { ...given, document, changes, basedOn: last?.position ?? 0 };
  }
}
