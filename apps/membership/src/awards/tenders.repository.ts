import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Offer } from './domain/offer.js';
import type { Award, Tender } from './domain/tender.js';

/** What is kept of a tender. Everything is written in the caller's transaction. */
export abstract class Tenders {
  /** Throws TenderOpened. */
  abstract open(tx: Transaction, tender: Tender, by: string): Promise<void>;
  /** Locked: an award and an offer that come at once queue. */
  abstract findForUpdate(tx: Transaction, marketCode: string): Promise<Tender | undefined>;
  /** All of them, at most `offersMax`. */
  abstract offersOf(tx: Transaction, marketCode: string): Promise<Offer[]>;
  /** Throws OfferKnown where the company has an offer already. */
  abstract addOffer(tx: Transaction, offer: Offer, on: LocalDate): Promise<void>;
  abstract findOffer(tx: Transaction, offerId: string): Promise<Offer | undefined>;
  /** Throws OfferKnown where the company has another offer. */
  abstract saveOffer(tx: Transaction, offer: Offer): Promise<void>;
  abstract addAward(tx: Transaction, marketCode: string, award: Award, by: string): Promise<void>;
}
