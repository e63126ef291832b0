export type Step = { readonly from: string; readonly quantity: number };

/**
 * O(d) − C(d) as steps: one where the margin changes, from the first day on which either is known
 * (ORD-2). What a reader takes from it: how far below today's order there is still room, and until when.
 */
export function marginSteps(ordered: readonly Step[], committed: readonly Step[]): Step[] {
  const days = [...new Set([...ordered, ...committed].map(({ from }) => from))].sort();
  return days
    .map((from) => ({ from, quantity: quantityOn(ordered, from) - quantityOn(committed, from) }))
    .filter(({ quantity }, at, all) => at === 0 || quantity !== all[at - 1]?.quantity);
}

const quantityOn = (steps: readonly Step[], day: string) =>
  steps.findLast(({ from }) => from <= day)?.quantity ?? 0;
