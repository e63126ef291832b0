import type { ProposalPaper } from '#libs/proposals';

/** Documents that a decision rests on, in the files that membership keeps: only the id and digest come here. */
export abstract class Papers {
  /**
   * What proves a proposal, in the file of its market. Throws PaperNotDeposited where there is no such document of this
   * kind, a refusal of kind `unavailable` where membership does not answer.
   */
  abstract ofMarket(
    documentId: string,
    market: { readonly marketCode: string; readonly kind: 'BPU' | 'RIB' },
  ): Promise<ProposalPaper>;

  /** What a member lays beside what it says: in its own file, and such as the supplier reads. Throws as `ofMarket` does. */
  abstract ofMember(
    documentId: string,
    member: { readonly marketCode: string; readonly organisationId: string },
  ): Promise<ProposalPaper>;
}
