import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LedgerViolation } from '../domain/ledger-violation.js';
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

/** What C rests on as a ledger chains it: its verified annex 2, what a succession made it of, what one moved. */
export type Evidence = { readonly kind: string; readonly successionId?: string };

/** What was chained and is not so any more, or is there and was not. A ledger that chained nothing is older than this. */
export function evidenceViolations(
  membershipId: string,
  recorded: readonly Evidence[],
  chained: readonly { readonly content: string }[],
): LedgerViolation[] {
  if (chained.length === 0) return [];
  const told = chained.map(({ content }) => readEvidence(content));
  const isIn = (all: readonly Evidence[]) => (one: Evidence) =>
    all.some((other) => isDeepStrictEqual(one, other));
  const changed = [
    ...recorded.filter((one) => !isIn(told)(one)),
    ...told.filter((one) => !isIn(recorded)(one)),
  ];
  return [...new Set(changed.map(({ kind, successionId }) => successionId ?? kind))].map(
    (evidence) => ({ code: 'EVIDENCE_CHANGED', membershipId, evidence }),
  );
}

/** The text of a ledger that somebody changed may be anything. */
function readEvidence(content: string): Evidence {
  try {
    return JSON.parse(content) as Evidence;
  } catch {
    return { kind: 'UNREADABLE' };
  }
}
