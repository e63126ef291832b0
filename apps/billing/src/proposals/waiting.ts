import type { Transaction } from '#libs/persistence';
import type { Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { ProposalWaiting } from './proposal-problems.js';

export type ProposalKind = 'PRICES' | 'SUPPLIER_ACCOUNT';
export const proposalKinds: readonly ProposalKind[] = ['PRICES', 'SUPPLIER_ACCOUNT'];

/** The market is locked: proposals of one market are made one after the other. Throws ProposalWaiting. */
export async function requireNoneWaiting(
  proposals: Proposals,
  tx: Transaction,
  of: { readonly marketCode: string; readonly kind: ProposalKind },
  openOn: LocalDate,
): Promise<void> {
  const { rows } = await proposals.list({ ...of, openOn }, 1, '', tx);
  const [waiting] = rows;
  if (waiting) throw new ProposalWaiting(waiting.proposedOn);
}
