import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

export type IssuedStatement = {
  readonly code: string;
  readonly membershipId: string;
  readonly on: LocalDate;
  readonly ledgerPosition: number;
  readonly content: string;
  readonly sha256: string;
};

/** The statements that were given. */
export abstract class Statements {
  /** The one given before for the same facts of that day, or this one, kept. */
  abstract keep(
    tx: Transaction,
    statement: IssuedStatement & { readonly factsSha256: string; readonly issuedOn: LocalDate },
  ): Promise<{ statement: IssuedStatement; isNew: boolean }>;
  /** Remembers the bytes that were handed out. */
  abstract keepPrint(tx: Transaction, code: string, pdfSha256: string): Promise<void>;
  abstract find(code: string): Promise<IssuedStatement | undefined>;
  abstract wasPrinted(code: string, pdfSha256: string): Promise<boolean>;
}
