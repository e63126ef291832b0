import type { Offer } from './domain/offer.js';
import type { Tender } from './domain/tender.js';

/** What can be read of a tender, as committed. */
export abstract class TenderReader {
  abstract find(marketCode: string): Promise<Tender | undefined>;
  /** By id, after the one given. */
  abstract offers(marketCode: string, after: string, limit: number): Promise<Offer[]>;
  abstract findOffer(offerId: string): Promise<Offer | undefined>;
}
