export type Keyed = { readonly type: string; readonly key: string };
export type Run<Event> = { readonly type: string; readonly events: readonly Event[] };

/**
 * The fewest and longest runs of one type that keep the order per key: an event joins the earliest
 * run of its type that no event of its own key comes after. With two types mixed, runs of
 * consecutive events would be about two long, and a statement is made per run.
 */
export function planRuns<Event extends Keyed>(events: readonly Event[]): Run<Event>[] {
  const [first] = events;
  // Most batches are of one type.
  if (first && events.every(({ type }) => type === first.type))
    return [{ type: first.type, events }];
  const runs: { type: string; events: Event[] }[] = [];
  const lastRunOfKey = new Map<string, number>();
  const runsOfType = new Map<string, number[]>();
  for (const event of events) {
    const floor = lastRunOfKey.get(event.key) ?? 0;
    let ofType = runsOfType.get(event.type);
    if (ofType === undefined) runsOfType.set(event.type, (ofType = []));
    let target = firstFrom(ofType, floor);
    if (target === undefined) {
      target = runs.length;
      runs.push({ type: event.type, events: [] });
      ofType.push(target);
    }
    runs[target]?.events.push(event);
    lastRunOfKey.set(event.key, target);
  }
  return runs;
}

/** The first index of a rising list that is not below the floor. */
function firstFrom(indexes: readonly number[], floor: number): number | undefined {
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indexes[middle] ?? floor) < floor) low = middle + 1;
    else high = middle;
  }
  return indexes[low];
}
