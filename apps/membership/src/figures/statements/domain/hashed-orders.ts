/** An order of which only what the hash covers is believed. */
export type HashedOrder = {
  readonly ledgerPosition: number;
  readonly lines: readonly {
    readonly itemCode: string;
    readonly effectiveFrom: string;
    readonly delta: number;
  }[];
};

/** Reads the canonical text of an order (`ent-order-1`); undefined where it is of no known shape. */
export function readHashedOrder(content: string): HashedOrder | undefined {
  const order = jsonOf(content);
  if (!Array.isArray(order) || order[0] !== 'ent-order-1' || !Array.isArray(order[8])) return;
  const lines = order[8]
    .filter(Array.isArray)
    .map(([itemCode, effectiveFrom, delta]: unknown[]) => ({
      itemCode: String(itemCode),
      effectiveFrom: String(effectiveFrom),
      delta: Number(delta),
    }));
  return { ledgerPosition: Number(order[2]), lines };
}

/** Undefined where it is no JSON: the text of a ledger that somebody changed may be anything. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Adds what an order changes until a day, that day included, to the sums per item. */
export function addUntil(
  sums: Map<string, number>,
  { lines }: HashedOrder,
  on: string,
): Map<string, number> {
  for (const { itemCode, effectiveFrom, delta } of lines) {
    if (effectiveFrom <= on) sums.set(itemCode, (sums.get(itemCode) ?? 0) + delta);
  }
  return sums;
}
