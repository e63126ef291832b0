import type { BillingProposalService } from '#libs/contracts';
import type { CallOptions, RpcClient } from '#libs/rpc';

/** The supplier proposes a BPU, the coordinator approves what it reads: for a test whose matter is another. */
export async function agreeOnPrices(
  proposals: Pick<
    RpcClient<typeof BillingProposalService>,
    keyof typeof BillingProposalService.method
  >,
  asked: { marketCode: string; content: Uint8Array; documentId: string; idempotencyKey: string },
  by: { supplier: CallOptions; coordinator: CallOptions },
): Promise<{ proposalId: string }> {
  const { idempotencyKey } = asked;
  const { proposalId } = await proposals.proposePrices(asked, by.supplier);
  if (proposalId === '') return { proposalId };
  const { proposal } = await proposals.getProposal({ proposalId }, by.coordinator);
  const digest = proposal?.digest ?? '';
  await proposals.approveProposal({ proposalId, digest, idempotencyKey }, by.coordinator);
  return { proposalId };
}
