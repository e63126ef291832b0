import type { ProposalPaper } from '#libs/proposals';

/** Papers that prove a proposal, in the file of the market that membership keeps. */
export abstract class Papers {
  /**
   * Throws PaperNotDeposited where the market's file has no such document of this kind, a refusal of kind `unavailable`
   * where membership does not answer.
   */
  abstract ofMarket(
    documentId: string,
    market: { readonly marketCode: string; readonly kind: 'BPU' | 'RIB' },
  ): Promise<ProposalPaper>;
}
