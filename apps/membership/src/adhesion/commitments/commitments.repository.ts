import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import type { Annexe2Line } from './domain/annexe2.js';

/** A transcription of a signed annex 2, typed by one person and verified by another (COM-1). */
export type Annexe2 = {
  readonly id: bigint;
  readonly sha256: string;
  readonly fileName: string;
  readonly datedOn: LocalDate;
  readonly importedBy: string;
  readonly verifiedBy?: string;
};

/** The uploaded document that a transcription was compared with. */
export type SignedAnnexe2 = { readonly documentId: string; readonly sha256: string };

/** What a decision about a member's annex 2 depends on. */
export type Annexe2Dossier = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationKind: string;
  readonly marketCode: string;
  readonly status: string;
  readonly latest?: Annexe2;
  readonly hasVerified: boolean;
};

export abstract class Annexes {
  /** Locks the membership. */
  abstract findForUpdate(
    tx: Transaction,
    membershipId: string,
  ): Promise<Annexe2Dossier | undefined>;
  abstract linesOf(tx: Transaction, annexe2Id: bigint): Promise<Annexe2Line[]>;
  /** The verified transcription with its lines, if there is one. */
  abstract inForce(
    tx: Transaction,
    membershipId: string,
  ): Promise<(Annexe2 & { readonly lines: Annexe2Line[] }) | undefined>;
  abstract save(
    tx: Transaction,
    membershipId: string,
    annexe2: Omit<Annexe2, 'id' | 'verifiedBy'> & {
      importedOn: LocalDate;
      lines: readonly Annexe2Line[];
    },
  ): Promise<void>;
  abstract markVerified(
    tx: Transaction,
    annexe2Id: bigint,
    verified: { by: string; on: LocalDate; signed?: SignedAnnexe2 | undefined },
  ): Promise<void>;
  abstract saveCommitment(
    tx: Transaction,
    membershipId: string,
    commitment: readonly ItemQuantity[],
  ): Promise<void>;
}
