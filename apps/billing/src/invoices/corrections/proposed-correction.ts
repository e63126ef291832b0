import type { Mending } from '../domain/correction.js';

export const correctionKind = 'CORRECTION';

/** What is proposed and approved: the documents with their amounts, as texts. */
export type ProposedCorrection = {
  readonly invoiceId: string;
  /** Printed on each of them. */
  readonly reason: string;
  readonly documents: readonly {
    readonly kind: string;
    readonly revision: number;
    readonly netCents: string;
    readonly vatCents: string;
    readonly totalCents: string;
    /** Of a credit note of a complement: which. */
    readonly creditsComplement?: string;
  }[];
};

export const toProposed = ({ documents }: Mending): ProposedCorrection['documents'] =>
  documents.map(({ kind, revision, netCents, vatCents, totalCents, creditsComplement }) => ({
    ...{ kind, revision, netCents: netCents.toString(), vatCents: vatCents.toString() },
    totalCents: totalCents.toString(),
    ...(creditsComplement === undefined ? {} : { creditsComplement }),
  }));
