import { createHash } from 'node:crypto';
import { canonicalContent, type Order } from '../domain/order.js';

/** An order's content and its hash: SHA-256 of the previous order's hash and the content (ORD-7). */
export function chain(previousHash: string, order: Order): { content: string; hash: string } {
  const content = canonicalContent(order);
  return { content, hash: digestAfter(previousHash, content) };
}

/** What stands in the chain between orders, that C rests on: its text, and the place of the order that it follows. */
export type ChainedEvidence = { readonly ledgerPosition: number; readonly content: string };

/** The head once the evidence that follows an order is chained too. */
export function headAfter(
  head: string,
  ledgerPosition: number,
  evidence: readonly ChainedEvidence[],
): string {
  return evidence
    .filter((one) => one.ledgerPosition === ledgerPosition)
    .reduce((before, { content }) => digestAfter(before, content), head);
}

const digestAfter = (previousHash: string, content: string) =>
  createHash('sha256')
    .update(previousHash + content, 'utf8')
    .digest('hex');
