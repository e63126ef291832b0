import { isSiret } from '#libs/identifiers';
import { type LocalDate, yearOf } from '#libs/time';

/**
 * What an invoice drafted on a day would lack or carry over: RECIPIENT_SIRET (absent or of a wrong key), SERVICE_CODE and
 * PURCHASE_ORDER_NUMBER (absent, where the State is the recipient, which always asks for them),
 * PURCHASE_ORDER_NUMBER_OF_YEAR (recorded for an earlier civil year: to be renewed or confirmed, ADH-1).
 */
export const missingTerms = [
  'RECIPIENT_SIRET',
  'SERVICE_CODE',
  'PURCHASE_ORDER_NUMBER',
  'PURCHASE_ORDER_NUMBER_OF_YEAR',
] as const;
export type MissingTerm = (typeof missingTerms)[number];

/** Chorus Pro data of a member, as in force on a day. */
type Known = {
  /** The State always asks for its own numbers. */
  readonly isState: boolean;
  readonly recipientSiret: string;
  readonly serviceCode: string;
  readonly purchaseOrderNumber: string;
  /** First day on which they are in force; absent: as the application told them. */
  readonly validFrom?: LocalDate | undefined;
};

/** What is missing on that day, in the order of `missingTerms`. */
export function missingOn(day: LocalDate, known: Known): MissingTerm[] {
  const { isState, recipientSiret, serviceCode, purchaseOrderNumber, validFrom } = known;
  const isOfYear = validFrom !== undefined && yearOf(validFrom) >= yearOf(day);
  const lacks: Readonly<Record<MissingTerm, boolean>> = {
    RECIPIENT_SIRET: !isSiret(recipientSiret),
    SERVICE_CODE: isState && serviceCode === '',
    PURCHASE_ORDER_NUMBER: isState && purchaseOrderNumber === '',
    PURCHASE_ORDER_NUMBER_OF_YEAR: purchaseOrderNumber !== '' && !isOfYear,
  };
  return missingTerms.filter((term) => lacks[term]);
}
