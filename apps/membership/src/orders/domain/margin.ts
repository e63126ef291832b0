import { differenceOf, type Step } from '#libs/time';

/**
 * O(d) − C(d) as steps: one where the margin changes, from the first day on which either is known
 * (ORD-2). What a reader takes from it: how far below today's order there is still room, and until when.
 */
export function marginSteps(
  ordered: readonly Step<string>[],
  committed: readonly Step<string>[],
): Step<string>[] {
  return differenceOf(ordered, committed).filter(
    ({ quantity }, at, all) => at === 0 || quantity !== all[at - 1]?.quantity,
  );
}
