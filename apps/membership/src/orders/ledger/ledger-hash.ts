import { createHash } from 'node:crypto';
import { canonicalContent, type Order } from '../domain/order.js';

/** An order's content and its hash: SHA-256 of the previous order's hash and the content (ORD-7). */
export function chain(previousHash: string, order: Order): { content: string; hash: string } {
  const content = canonicalContent(order);
  const hash = createHash('sha256')
    .update(previousHash + content, 'utf8')
    .digest('hex');
  return { content, hash };
}
