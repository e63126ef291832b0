import type { Transaction } from '#libs/persistence';
import { type LocalDate, type QuantityChange } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import type { Plan } from './domain/plan.js';

export type ItemChange = QuantityChange & { readonly itemCode: string };

/** A school that passes, with the days it has with the successor. */
export type SchoolPassing = {
  readonly uai: string;
  /** First day without it on one side, and with it on the other. */
  readonly startsOn: LocalDate;
  /** Empty: until the membership ends. */
  readonly endsOn: LocalDate | '';
  readonly insee: string;
  readonly territoryException: string;
};

/** What a succession writes beside orders. Needs the locks of both memberships. */
export abstract class Transfers {
  /** C of a membership that begins, as annex 2 of the former member states it. */
  abstract commit(
    tx: Transaction,
    membershipId: string,
    commitment: readonly ItemQuantity[],
  ): Promise<void>;
  abstract moveCommitment(
    tx: Transaction,
    plan: Plan,
    membershipId: string,
    changes: readonly ItemChange[],
    on: LocalDate,
  ): Promise<void>;
  /** Ends the links on the day (those that begin later: on their first day) and gives them, by UAI; undefined: all schools. */
  abstract cutSchools(
    tx: Transaction,
    membershipId: string,
    from: LocalDate,
    uais: readonly string[] | undefined,
  ): Promise<SchoolPassing[]>;
  /** `reason`: why a school stays that is not on the successor's territory (SCH-1). */
  abstract addSchools(
    tx: Transaction,
    membershipId: string,
    schools: readonly SchoolPassing[],
    recorded: { readonly reason: string; readonly by: string; readonly on: LocalDate },
  ): Promise<void>;
}
