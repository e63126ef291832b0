import type {
  AccountMoved,
  AccountStateChanged,
  InvoiceSummary,
  MembershipAccepted,
  MembershipActivated,
  MembershipEnded,
  MembershipProlonged,
  PersonChanged,
  SchoolFinanced,
  SchoolFinancingEnded,
  SeatLossForeseen,
  SeatsAllotted,
  StructureChanged,
} from '#libs/contracts';
import type { Transaction } from '#libs/persistence';

/** The console's copy of the others' facts. Every method takes a run of events, oldest first. */
export abstract class Copies {
  abstract structuresChanged(
    tx: Transaction,
    structures: readonly StructureChanged[],
  ): Promise<void>;
  abstract structuresErased(tx: Transaction, uais: readonly string[]): Promise<void>;
  abstract peopleChanged(tx: Transaction, people: readonly PersonChanged[]): Promise<void>;
  abstract peopleErased(tx: Transaction, personIds: readonly string[]): Promise<void>;
  abstract accountsChanged(
    tx: Transaction,
    changes: readonly (AccountStateChanged | AccountMoved)[],
  ): Promise<void>;
  abstract seatsAllotted(tx: Transaction, allotments: readonly SeatsAllotted[]): Promise<void>;
  abstract seatLossesForeseen(tx: Transaction, losses: readonly SeatLossForeseen[]): Promise<void>;
  abstract invoicesChanged(tx: Transaction, invoices: readonly InvoiceSummary[]): Promise<void>;
  abstract membershipAccepted(tx: Transaction, fact: MembershipAccepted): Promise<void>;
  abstract membershipActivated(tx: Transaction, fact: MembershipActivated): Promise<void>;
  abstract membershipEnded(tx: Transaction, fact: MembershipEnded): Promise<void>;
  abstract membershipProlonged(tx: Transaction, fact: MembershipProlonged): Promise<void>;
  abstract schoolFinanced(tx: Transaction, fact: SchoolFinanced): Promise<void>;
  abstract schoolFinancingEnded(tx: Transaction, fact: SchoolFinancingEnded): Promise<void>;
}
