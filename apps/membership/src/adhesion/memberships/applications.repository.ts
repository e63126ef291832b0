import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';

export type Decision = {
  readonly decision: 'ACCEPTED' | 'REFUSED';
  readonly reasonCode: string;
  readonly note: string;
  readonly documentId: string | undefined;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
};

export type Signature = {
  readonly signedOn: LocalDate;
  readonly documentId: string | undefined;
  readonly recordedBy: string;
  readonly recordedOn: LocalDate;
};

/** What is decided about applications, and who has signed (ADH-3, MKT-3); the membership is locked by the caller. */
export abstract class Applications {
  /** Whether a verified annex 2 stands. */
  abstract hasVerifiedAnnexe2(tx: Transaction, membershipId: string): Promise<boolean>;
  abstract decisionsOf(tx: Transaction, membershipId: string): Promise<Decision[]>;
  /** One of each kind per application. */
  abstract decide(tx: Transaction, membershipId: string, decision: Decision): Promise<void>;
  /** APPLIED becomes REFUSED with these reasons. */
  abstract refuse(tx: Transaction, membershipId: string, reasons: readonly string[]): Promise<void>;
  abstract signatureOf(tx: Transaction, membershipId: string): Promise<Signature | undefined>;
  /** Keeps the convention among the membership's documents, and the day it was signed. */
  abstract sign(
    tx: Transaction,
    membershipId: string,
    convention: DocumentReference,
    signature: Signature,
  ): Promise<void>;
}
