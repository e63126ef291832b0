import { Injectable } from '@nestjs/common';
import {
  Database,
  insertRow,
  insertRowOnce,
  isKeyTaken,
  rowWithoutNulls,
  type Transaction,
  updateRow,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { documentOf } from '../../documents/documents.module.js';
import { type Offer, OfferKnown } from './domain/offer.js';
import { type Award, type Tender, TenderOpened } from './domain/tender.js';

/** A market's tender, its offers and its award. Whatever is written is written in the caller's transaction. */
@Injectable()
export class Tenders {
  constructor(private readonly database: Database) {}

  /** Throws TenderOpened. */
  async open(tx: Transaction, tender: Tender, by: string): Promise<void> {
    const { marketCode, openedOn, method, rules } = tender;
    const { documentId: rulesDocumentId } = rules;
    const opened = { marketCode, openedOn, openedBy: by, method, rulesDocumentId };
    if (await insertRowOnce(tx, 'tender', opened)) return;
    throw new TenderOpened(
      'L’appel d’offres de ce marché est déjà lancé : sa méthode ne change plus.',
      { marketCode },
    );
  }

  /** Locked: an award and an offer that come at once queue. */
  async findForUpdate(tx: Transaction, marketCode: string) {
    await tx.query('select 1 from tender where market_code = $1 for update', [marketCode]);
    return this.find(marketCode, tx);
  }

  /** All of them, at most `offersMax`. */
  offersOf(tx: Transaction, marketCode: string) {
    return tx.rows<Offer>(`${offerView} where market_code = $1 order by id`, [marketCode]);
  }

  /** Throws OfferKnown where the company has an offer already. */
  async addOffer(tx: Transaction, offer: Offer, on: LocalDate): Promise<void> {
    const { offerId: id, marks, ...offered } = offer;
    const row = { id, ...offered, marks: JSON.stringify(marks), recordedOn: on };
    await orKnown(() => insertRow(tx, 'tender_offer', row));
  }

  /** Throws OfferKnown where the company has another offer. */
  async saveOffer(tx: Transaction, offer: Offer): Promise<void> {
    const { offerId, bidder, siren, priceCents, version } = offer;
    const marks = JSON.stringify(offer.marks);
    await orKnown(() =>
      updateRow(tx, 'tender_offer', offerId, { bidder, siren, priceCents, marks, version }),
    );
  }

  async addAward(tx: Transaction, marketCode: string, award: Award, by: string): Promise<void> {
    const { offerId, awardedOn, reason, ranking } = award;
    const decided = { offerId, awardedOn, awardedBy: by, reason, ranking: JSON.stringify(ranking) };
    await insertRow(tx, 'tender_award', { marketCode, ...decided });
  }

  find(marketCode: string, tx?: Transaction): Promise<Tender | undefined> {
    return rowWithoutNulls<Tender>(tx ?? this.database, tenderView, [marketCode]);
  }

  /** By id, after the one given. */
  offers(marketCode: string, after: string, limit: number) {
    return this.database.rows<Offer>(
      `${offerView} where market_code = $1 and id > $2 order by id limit $3`,
      [marketCode, after, limit],
    );
  }

  findOffer(offerId: string, tx?: Transaction) {
    return (tx ?? this.database).row<Offer>(`${offerView} where id = $1`, [offerId]);
  }
}

const tenderView = `
  select t.market_code as "marketCode", t.opened_on as "openedOn", t.method, ${documentOf('t.rules_document_id')} as rules,
         (select jsonb_build_object('offerId', a.offer_id, 'bidder', o.bidder, 'awardedOn', a.awarded_on,
                   'reason', a.reason, 'ranking', a.ranking)
            from tender_award a join tender_offer o on o.id = a.offer_id where a.market_code = t.market_code) as award
    from tender t where t.market_code = $1`;
const offerView = `
  select id as "offerId", market_code as "marketCode", bidder, siren, price_cents as "priceCents", marks, version
    from tender_offer`;

async function orKnown(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isKeyTaken(error)) throw error;
    throw new OfferKnown('Cette entreprise a déjà une offre : modifiez-la.');
  }
}
