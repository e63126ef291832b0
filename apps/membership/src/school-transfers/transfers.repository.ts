import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Transfer, TransferStatus } from './domain/transfer.js';

export abstract class SchoolTransfers {
  /** Decided at once, or a proposal. */
  abstract add(
    tx: Transaction,
    transfer: Transfer,
    recorded: { readonly by: string; readonly on: LocalDate },
  ): Promise<void>;
  /** Locks it. */
  abstract findForUpdate(tx: Transaction, transferId: string): Promise<Transfer | undefined>;
  abstract decide(
    tx: Transaction,
    transferId: string,
    decided: {
      readonly status: Exclude<TransferStatus, 'PROPOSED'>;
      readonly by: string;
      readonly on: LocalDate;
      readonly orderId?: string;
    },
  ): Promise<void>;
}
