/** A line of annex 2 (COM-1): who benefits, what is needed, how many. */
export type Annexe2Line = {
  /** Line number in the file, from 1. */
  readonly line: number;
  /** UAI of a school, or an identifier of ours for another beneficiary. */
  readonly beneficiary: string;
  readonly itemCode: string;
  readonly quantity: number;
};

/** What is wrong with a line, in French for the person who sent the file. Line 0: the file as a whole. */
export type Annexe2Fault = {
  readonly line: number;
  readonly code: string;
  readonly message: string;
};

/** A cell as the file gives it; `unusable` says why its text is no value: DATE, MERGED, ERROR… */
export type Annexe2Cell = string | number | { readonly unusable: string; readonly text: string };
export type Annexe2Row = {
  readonly line: number;
  readonly cells: readonly Annexe2Cell[];
  readonly hidden?: true;
};
export type Annexe2Item = { readonly code: string; readonly label: string };

export type Annexe2Reading = {
  readonly lines: readonly Annexe2Line[];
  /** All of them at once, up to `faultsMax`; empty where the file can be taken. */
  readonly faults: readonly Annexe2Fault[];
};

/** C per item: the sum of its lines, 0 where an item has none (COM-1). */
export function commitmentOf(
  lines: readonly Annexe2Line[],
  items: readonly Annexe2Item[],
): { itemCode: string; quantity: number }[] {
  return items.map(({ code }) => ({
    itemCode: code,
    quantity: lines
      .filter(({ itemCode }) => itemCode === code)
      .reduce((sum, { quantity }) => sum + quantity, 0),
  }));
}
