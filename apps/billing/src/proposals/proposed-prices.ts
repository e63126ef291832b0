import { contains, effectiveOn, type LocalDate, type Period } from '#libs/time';
import type { PriceEntry, RevisionFormula } from '../prices/prices.module.js';

/** What a proposal of prices holds: only what a file changes, on top of the version that it was judged against. */
export type ProposedPrices = {
  readonly basedOn: number;
  readonly entries: readonly {
    readonly itemCode: string;
    readonly effectiveFrom: LocalDate;
    /** Ten-thousandths of a euro; a text, as all bigints in JSON. */
    readonly unitPrice: string;
    readonly vatBasisPoints: number;
  }[];
  /** Where they come from a formula: all that it was calculated from, and what it gave. */
  readonly revision?: AppliedRevision;
};

/** A revision as it was calculated, once: it is shown and never calculated again. Plain JSON. */
export type AppliedRevision = {
  readonly revision: RevisionFormula & {
    readonly baseOn: LocalDate;
    readonly effectiveFrom: LocalDate;
  };
  /** For people; the prices rest on the exact fraction. */
  readonly factor: string;
  readonly factorNumerator: string;
  readonly factorDenominator: string;
  readonly basePrices: readonly { readonly itemCode: string; readonly unitPrice: string }[];
};

/** A new price beside what its first day costs otherwise. */
export type PriceChange = PriceEntry & {
  readonly label: string;
  readonly before: PriceEntry | undefined;
};

export const toProposedPrices = (
  entries: readonly PriceEntry[],
  basedOn: number,
  revision?: AppliedRevision,
): ProposedPrices => ({
  basedOn,
  ...(revision ? { revision } : {}),
  entries: entries.map(({ itemCode, effectiveFrom, unitPrice, vatBasisPoints }) => ({
    ...{ itemCode, effectiveFrom, unitPrice: unitPrice.toString(), vatBasisPoints },
  })),
});

export const entriesOf = ({ entries }: ProposedPrices): PriceEntry[] =>
  entries.map((entry) => ({ ...entry, unitPrice: BigInt(entry.unitPrice) }));

/** No price is carried over from a contract year into the next (BIL-2). */
export function priceChangesOf(
  entries: readonly PriceEntry[],
  before: readonly PriceEntry[],
  terms: {
    readonly contractYears: readonly Period[];
    readonly items: readonly { readonly code: string; readonly label: string }[];
  },
): PriceChange[] {
  return entries.map((entry) => {
    const year = terms.contractYears.find((one) => contains(one, entry.effectiveFrom));
    const known = before.filter(
      ({ itemCode, effectiveFrom }) =>
        itemCode === entry.itemCode && year !== undefined && contains(year, effectiveFrom),
    );
    return {
      ...entry,
      label: terms.items.find(({ code }) => code === entry.itemCode)?.label ?? entry.itemCode,
      before: effectiveOn(known, entry.effectiveFrom),
    };
  });
}
