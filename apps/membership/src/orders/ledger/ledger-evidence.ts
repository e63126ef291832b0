import { isDeepStrictEqual } from 'node:util';
import type { LedgerViolation } from '../domain/ledger-violation.js';

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
