import { type Tender, TenderAwarded, TenderNotOpened } from './domain/tender.js';

/** A tender whose offers may still change. Throws TenderNotOpened, TenderAwarded. */
export function requireUndecided(tender: Tender | undefined): Tender {
  if (!tender) {
    throw new TenderNotOpened('L’appel d’offres de ce marché n’est pas lancé : lancez-le d’abord.');
  }
  if (tender.award) {
    throw new TenderAwarded(
      'Le marché est attribué : ses offres et son classement ne changent plus.',
      {
        awardedOn: tender.award.awardedOn,
      },
    );
  }
  return tender;
}
