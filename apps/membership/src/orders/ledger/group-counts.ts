import { type Timeline } from '#libs/time';
import { mustBeCounted } from '../domain/maximum.js';
import type { LedgerItem } from '../domain/order-ledger.js';
import type { OrderLine } from '../domain/order.js';

/** What the whole group ordered, by item, for the items that come so near its maximum that they must be counted (ORD-6). */
export async function groupCounts(
  items: readonly LedgerItem[],
  lines: readonly OrderLine[],
  count: (itemCode: string) => Promise<Timeline>,
): Promise<ReadonlyMap<string, Timeline>> {
  const counted = new Map<string, Timeline>();
  for (const item of items) {
    if (mustBeCounted(item, lines)) counted.set(item.itemCode, await count(item.itemCode));
  }
  return counted;
}
