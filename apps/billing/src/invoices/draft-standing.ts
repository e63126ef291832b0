import { defineProblem } from '#libs/problems';
import { type DraftInvoice } from './domain/invoice.js';
import { calculateInvoice, sameLines } from './domain/invoice-calculation.js';
import { type Basis, inputOf } from './pricing-basis.js';

/** A fact changed what it says: it is made anew before anything is numbered (BIL-9). */
export class DraftOutdated extends defineProblem('DRAFT_OUTDATED', 'conflict') {
  constructor(invoiceId: string) {
    super(
      'Un fait survenu depuis change ce projet de facture : il est remplacé par un projet à jour dans quelques instants.',
      { invoiceId },
    );
  }
}

/** Whether a draft says what would be drafted now, with the usage that it was made from. Throws PriceMissing. */
export function stillStands(draft: DraftInvoice, known: Basis): boolean {
  const { usage, floorScope } = draft.evidence;
  const input = inputOf(known, draft.period, draft.basis, usage, floorScope);
  return sameLines(input === undefined ? [] : calculateInvoice(input).lines, draft.lines);
}
